//! What can be wrong with bytes that should be text.
//!
//! Given: the errors fix what the steps can say.

/// Why bytes are not text, or not a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// No character is written like this, whatever follows. `at`
    /// is where it begins, in bytes from the start.
    #[error("no UTF-8 at byte {at}")]
    Invalid {
        /// Bytes before it.
        at: u64,
    },
    /// The bytes ended inside a character. `at` is where it
    /// begins, in bytes from the start.
    #[error("the text ends inside the character at byte {at}")]
    Incomplete {
        /// Bytes before it.
        at: u64,
    },
    /// A line has more bytes than are allowed.
    #[error("a line is longer than {limit} bytes")]
    LineTooLong {
        /// The longest line that is allowed, without its end.
        limit: usize,
    },
}
