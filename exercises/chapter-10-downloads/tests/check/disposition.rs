//! Reads `Content-Disposition` (RFC 6266, RFC 8187), as strictly
//! as the grammar has it.

/// What a client reads.
#[derive(Debug, Default)]
pub struct Names {
    pub kind: String,
    /// `filename="…"`.
    pub plain: Option<String>,
    /// `filename*=UTF-8''…`.
    pub extended: Option<String>,
    /// The same, as it was written.
    pub written: String,
}

/// A letter that stands for itself in both forms, for every
/// client that there is.
pub fn safe(c: char) -> bool {
    c == ' ' || c.is_ascii_graphic() && !"\"\\%".contains(c)
}

/// Reads the field, or says where it breaks the grammar.
pub fn names(value: &str) -> Result<Names, String> {
    let (kind, mut rest) = token(value)?;
    let mut names = Names {
        kind: kind.to_ascii_lowercase(),
        ..Names::default()
    };
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        if rest.is_empty() {
            return Ok(names);
        }
        rest = rest.strip_prefix(';').ok_or("no `;`")?;
        rest = rest.trim_start_matches([' ', '\t']);
        let (name, after) = token(rest)?;
        let after = after.strip_prefix('=').ok_or("no `=`")?;
        let place = match name.to_ascii_lowercase().as_str() {
            "filename" => &mut names.plain,
            "filename*" => &mut names.extended,
            other => return Err(format!("the parameter `{other}`")),
        };
        let (text, end) = if name.ends_with('*') {
            extended(after)?
        } else {
            plain(after)?
        };
        if name.ends_with('*') {
            let length = after.len() - end.len();
            names.written = after[7..length].to_owned();
        }
        let after = end;
        if place.replace(text).is_some() {
            return Err(format!("`{name}` stands twice"));
        }
        rest = after;
    }
}

fn token(text: &str) -> Result<(&str, &str), String> {
    let other = |c: char| {
        !c.is_ascii_alphanumeric() && !"!#$%&'*+-.^_`|~".contains(c)
    };
    let end = text.find(other).unwrap_or(text.len());
    match end {
        0 => Err(format!("no word at `{text}`")),
        _ => Ok(text.split_at(end)),
    }
}

/// A word, or a quoted string with its escapes.
fn plain(text: &str) -> Result<(String, &str), String> {
    let Some(inner) = text.strip_prefix('"') else {
        return token(text).map(|(word, rest)| (word.to_owned(), rest));
    };
    let mut read = String::new();
    let mut letters = inner.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((read, &inner[at + 1..])),
            '\\' => {
                let (_, escaped) = letters.next().ok_or("an escape")?;
                read.push(escaped);
            }
            letter => read.push(letter),
        }
    }
    Err("a quoted name without an end".to_owned())
}

/// `UTF-8''` and bytes with percent signs.
fn extended(text: &str) -> Result<(String, &str), String> {
    let head = text.get(..7).unwrap_or_default();
    if !head.eq_ignore_ascii_case("UTF-8''") {
        return Err(format!("no `UTF-8''` at `{text}`"));
    }
    let (mut read, mut rest) = (Vec::new(), &text[7..]);
    while let Some(byte) = rest.bytes().next() {
        let length = match byte {
            b'%' => {
                let digits =
                    rest.get(1..3).ok_or("an escape is cut")?;
                let byte = u8::from_str_radix(digits, 16);
                read.push(byte.map_err(|error| error.to_string())?);
                3
            }
            byte if byte.is_ascii_alphanumeric()
                || b"!#$&+-.^_`|~".contains(&byte) =>
            {
                read.push(byte);
                1
            }
            _ => break,
        };
        rest = &rest[length..];
    }
    let read = String::from_utf8(read);
    Ok((read.map_err(|error| error.to_string())?, rest))
}
