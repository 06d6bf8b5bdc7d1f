//! Parameters: the names and values after a semicolon, as in
//! `multipart/form-data; boundary="a b"`.
//!
//! We provide this file, because chapter 11 needs it for the fields of
//! an upload.

/// Returns the value of the parameter with this name, whose case
/// doesn't matter (RFC 9110, section 5.6.6). Quotes around the value
/// are removed, and escapes inside them are resolved. A semicolon
/// between quotes doesn't end the value. Returns `None` if there is no
/// such parameter, or if a quote is never closed.
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

/// Returns the word that `text` begins with, and the text after it.
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
