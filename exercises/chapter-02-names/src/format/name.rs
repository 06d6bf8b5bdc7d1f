//! Names: labels, from the host up to the root.
//!
//! We provide this file, because your steps fill and read its types.

use std::fmt;
use std::str::FromStr;

use crate::NameError;
use crate::query::{LABEL, NAME};

/// A name such as `www.example.org.`, kept in lower case, because the
/// case of a name doesn't matter (RFC 4343).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// The labels, each after its length, without the final 0.
    labels: Vec<u8>,
}

impl Name {
    /// Returns the root, which is a name without labels.
    pub fn root() -> Self {
        Self { labels: Vec::new() }
    }

    /// Appends a label, whatever bytes it holds, in lower case.
    ///
    /// # Errors
    ///
    /// Returns an error if the label is empty or has more than 63
    /// bytes, or if the name would have more than 255 bytes with it.
    pub fn push_label(
        &mut self,
        label: &[u8],
    ) -> Result<(), NameError> {
        if label.is_empty() {
            return Err(NameError::NotAName(self.to_string()));
        }
        let length = u8::try_from(label.len())
            .ok()
            .filter(|length| usize::from(*length) <= LABEL)
            .ok_or(NameError::TooLong)?;
        // One byte for the length, and one for the final 0.
        if self.labels.len() + 1 + label.len() + 1 > NAME {
            return Err(NameError::TooLong);
        }
        self.labels.push(length);
        self.labels.extend(label.iter().map(u8::to_ascii_lowercase));
        Ok(())
    }

    /// Appends the name as it's sent, without compression.
    pub(crate) fn write(&self, message: &mut Vec<u8>) {
        message.extend_from_slice(&self.labels);
        message.push(0);
    }
}

impl FromStr for Name {
    type Err = NameError;

    /// Reads a name as people type it, with or without the dot at
    /// the end.
    fn from_str(text: &str) -> Result<Self, NameError> {
        let mut encoded = Vec::new();
        crate::encode_name(text, &mut encoded)?;
        let mut name = Self::root();
        let mut rest = encoded.as_slice();
        while let [length, after @ ..] = rest {
            // The final 0.
            if *length == 0 {
                break;
            }
            let (label, next) = after
                .split_at_checked(usize::from(*length))
                .ok_or_else(|| NameError::NotAName(text.to_owned()))?;
            name.push_label(label)?;
            rest = next;
        }
        Ok(name)
    }
}

impl fmt::Display for Name {
    /// Writes the name with a dot after each label. A dot inside a
    /// label becomes `\.`, and an unprintable byte becomes `\` and
    /// three decimal digits (RFC 1035, section 5.1).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        let mut rest = self.labels.as_slice();
        while let [length, after @ ..] = rest {
            let end = usize::from(*length).min(after.len());
            let (label, next) = after.split_at(end);
            for byte in label {
                match byte {
                    b'.' | b'\\' => {
                        text.push('\\');
                        text.push(char::from(*byte));
                    }
                    b'!'..=b'~' => text.push(char::from(*byte)),
                    _ => text.push_str(&format!("\\{byte:03}")),
                }
            }
            text.push('.');
            rest = next;
        }
        if text.is_empty() {
            text.push('.');
        }
        // `pad` applies the width that a table's column asks for.
        f.pad(&text)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
