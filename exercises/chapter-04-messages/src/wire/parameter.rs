//! Parameters: what follows a value after a semicolon, as in
//! `multipart/form-data; boundary="a b"`.
//!
//! We provide this file: chapter 11 needs it for the fields of an
//! upload.

/// The parameter with this name, whatever the case of the name
/// (RFC 9110, section 5.6.6). Quotes are taken off, and escapes
/// in them resolved; a semicolon between quotes is no end.
/// `None` also when a quote is never closed.
pub fn parameter(value: &str, name: &str) -> Option<String> {
    let (_, mut rest) = value.split_once(';')?;
    loop {
        rest = rest.trim_start_matches([';', ' ', '\t']);
        let end = rest.find(['=', ';'])?;
        let (own, after) = rest.split_at(end);
        if let Some(after) = after.strip_prefix('=') {
            let (text, after) = word(after)?;
            if own.eq_ignore_ascii_case(name) {
                return Some(text);
            }
            rest = after;
        } else {
            rest = after;
        }
    }
}

/// The word that `text` begins with, and what follows it.
fn word(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        return Some((word.trim_end().to_owned(), rest));
    };
    let mut word = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((word, &quoted[at + 1..])),
            '\\' => word.push(letters.next()?.1),
            _ => word.push(letter),
        }
    }
    None
}
