//! Names: labels, from the host up to the root.
//!
//! We provide the types that your steps fill and read.

use std::fmt;
use std::str::FromStr;

use crate::NameError;
use crate::query::{LABEL, NAME};

/// A name such as `www.example.org.`, in lower case: names
/// compare without case (RFC 4343).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// Each label behind its length, without the 0 at the end.
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
    /// An empty label, a label of more than 63 bytes, or one with
    /// which the name would have more than 255.
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
        // One for the length, and one for the 0 at the end.
        if self.labels.len() + 1 + label.len() + 1 > NAME {
            return Err(NameError::TooLong);
        }
        self.labels.push(length);
        self.labels.extend(label.iter().map(u8::to_ascii_lowercase));
        Ok(())
    }

    /// Appends the name as it is sent, never compressed.
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
            // The 0 at the end.
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
    /// Writes the name with a dot after each label. A dot inside
    /// a label becomes `\.`, an unprintable byte `\` and three
    /// decimal digits (RFC 1035, section 5.1).
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
        // Through `pad`, so that columns of a table can be wide.
        f.pad(&text)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
