//! Converts text to ASCII, for terminals that can show nothing else.

use std::borrow::Cow;

/// The replacement for each symbol that we use. Others are escaped, so that different
/// names never look the same.
const STAND_INS: &[(char, &str)] = &[
    ('\u{a0}', " "),
    ('·', "|"),
    ('×', "x"),
    ('÷', "/"),
    ('±', "+/-"),
    ('µ', "u"),
    ('§', "section "),
    ('–', "-"),
    ('—', "-"),
    ('‘', "'"),
    ('’', "'"),
    ('“', "\""),
    ('”', "\""),
    ('…', "..."),
    ('←', "<-"),
    ('→', "->"),
    ('↓', "v"),
    ('↑', "^"),
    ('−', "-"),
    ('≈', "about "),
    ('≠', "!="),
    ('≤', "<="),
    ('≥', ">="),
    ('─', "-"),
    ('│', "|"),
    ('✔', "+"),
    ('✘', "x"),
    ('○', "o"),
    ('◐', "~"),
    ('□', "="),
    ('△', "~"),
    ('\u{fffd}', "?"),
];

/// Returns `text` in ASCII. Characters without a replacement are escaped, as in
/// `\u{fc}`.
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        let stand_in = STAND_INS.iter().find(|(sign, _)| *sign == letter);
        match stand_in {
            Some((_, stand_in)) => plain += stand_in,
            None if letter.is_ascii() => plain.push(letter),
            None => plain.extend(letter.escape_default()),
        }
    }
    Cow::Owned(plain)
}

/// Returns a JSON text in ASCII that has the same value. Only strings contain other
/// characters.
pub fn json(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            plain.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            plain += &format!("\\u{unit:04x}");
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_have_stand_ins_and_letters_are_escaped() {
        assert_eq!(ascii("a … b × 2 → ü"), "a ... b x 2 -> \\u{fc}");
        assert_eq!(ascii("plain"), "plain");
    }

    #[test]
    fn json_keeps_its_value() {
        assert_eq!(json(r#"{"a":"…🙂"}"#), r#"{"a":"\u2026\ud83d\ude42"}"#);
    }
}
