//! What can be wrong with bytes that should be text.
//!
//! We provide this file, because the checks expect exactly these
//! errors.

/// Why some bytes aren't text, or aren't a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Bytes that can't become a character, whatever follows. `at` is
    /// where they begin, in bytes from the start.
    #[error("invalid UTF-8 at byte {at}")]
    Invalid {
        /// The number of bytes before them.
        at: u64,
    },
    /// The text ended inside a character. `at` is where that character
    /// begins, in bytes from the start.
    #[error("the text ends inside the character at byte {at}")]
    Incomplete {
        /// The number of bytes before it.
        at: u64,
    },
    /// A line has more bytes than are allowed.
    #[error("a line is longer than {limit} bytes")]
    LineTooLong {
        /// The maximum length of a line, in bytes, without its ending.
        limit: usize,
    },
}
