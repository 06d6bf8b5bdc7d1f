//! What can go wrong between a name and its address.
//!
//! We provide this file, because the checks expect exactly these
//! errors.

use std::io;

/// Why there is no address. `at` is an offset in the message, in
/// bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The message, or the data of a record, ends earlier than it says.
    /// Byte `at` is the first one missing.
    #[error("the message is truncated: byte {at} is missing")]
    Truncated {
        /// The offset of the first byte that is missing.
        at: usize,
    },
    /// The length byte of a label begins with the bits 01 or 10,
    /// which have no meaning (RFC 1035, section 4.1.4).
    #[error("byte {at} is neither a label nor a pointer")]
    Label {
        /// The offset of that byte.
        at: usize,
    },
    /// A compression pointer that does not lead backward.
    #[error("the pointer at byte {at} doesn't lead backward")]
    Pointer {
        /// The offset of the pointer.
        at: usize,
    },
    /// A label above 63 octets, or a name above 255.
    #[error("a label has at most 63 octets, a name at most 255")]
    TooLong,
    /// A name that has an empty label in it. Holds the whole text.
    #[error("`{0}` is not a name: a label is empty")]
    NotAName(String),
    /// More than eight aliases, each of which leads to the next.
    #[error("this name leads to more than eight aliases")]
    AliasLoop,
    /// No message that answers the question came in time.
    #[error("no answer came")]
    NoAnswer,
    /// The server answered with this code (RFC 1035, section 4.1.1): 2
    /// means that it failed, 3 that the name doesn't exist, and 5 that
    /// it refused to answer.
    #[error("the server answered with code {0}, {name}", name = code_name(*.0))]
    Failed(u8),
    /// The exchange failed. Holds the operating system's error message,
    /// or what was wrong with a message.
    #[error("{0}")]
    Exchange(String),
}

impl From<io::Error> for NameError {
    fn from(error: io::Error) -> Self {
        Self::Exchange(error.to_string())
    }
}

/// The name of a response code, as `dig` prints it.
fn code_name(code: u8) -> &'static str {
    match code {
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        _ => "an error",
    }
}
