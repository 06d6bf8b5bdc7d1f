//! Fields: the lines of a head, such as `Content-Length: 5`.
//!
//! We provide this file: it's a list, and the rules for what it may
//! contain.

use std::slice::Iter;

use crate::MessageError;

/// The field lines of a head, in their order. A name may occur
/// more than once, and its case doesn't matter (RFC 9110, section
/// 5.1).
#[derive(Debug, Clone, Default)]
pub struct Fields {
    lines: Vec<(String, String)>,
}

impl Fields {
    /// Adds a line, if its name and its value are allowed.
    ///
    /// A name may consist only of the characters of a token (RFC 9110,
    /// section 5.6.2), so it has no space and no colon. A value must
    /// not contain control characters other than the tab. A line feed
    /// in a value would end the line, and whatever follows would become
    /// a field, or even a whole response, that a stranger wrote (RFC
    /// 9112, section 11.1).
    pub fn push(
        &mut self,
        name: &str,
        value: &str,
    ) -> Result<(), MessageError> {
        if !is_token(name) {
            let what = "a field name contains a forbidden character";
            return Err(MessageError::Head(what));
        }
        let control = |byte: u8| byte.is_ascii_control();
        if value.bytes().any(|byte| control(byte) && byte != b'\t') {
            let what = "a field value contains a control character";
            return Err(MessageError::Head(what));
        }
        self.lines.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// Returns the first value under this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).first().copied()
    }

    /// Returns all values under this name, in their order.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.lines
            .iter()
            .filter(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// Returns all lines, with the names as they arrived.
    pub fn iter(&self) -> Iter<'_, (String, String)> {
        self.lines.iter()
    }

    /// Returns whether `word` is one of the values under this name.
    /// Several lines with the same name are one list, and so are the
    /// words between the commas of a line (RFC 9110, section 5.3).
    pub(crate) fn has(&self, name: &str, word: &str) -> bool {
        self.all(name)
            .into_iter()
            .flat_map(|value| value.split(','))
            .any(|own| own.trim().eq_ignore_ascii_case(word))
    }
}

/// Returns whether `text` is a token, which the name of a field and a
/// method must be.
pub(crate) fn is_token(text: &str) -> bool {
    let known = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || b"!#$%&'*+-.^_`|~".contains(&byte)
    };
    !text.is_empty() && text.bytes().all(known)
}
