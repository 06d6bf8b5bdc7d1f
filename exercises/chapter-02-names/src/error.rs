//! What can go wrong between a name and its address.
//!
//! We provide the errors, because they decide what your steps can
//! say.

use std::io;

/// Why there is no address. `at` is an offset in the message, in
/// bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The message, or the data of a record, ends before what it
    /// announces. The bytes ran out at `at`.
    #[error("the message is cut: byte {at} is missing")]
    Truncated {
        /// The first byte that is not there.
        at: usize,
    },
    /// The length byte of a label begins with the bits 01 or 10,
    /// which have no meaning (RFC 1035, section 4.1.4).
    #[error("byte {at} is neither a label nor a pointer")]
    Label {
        /// Where the byte is.
        at: usize,
    },
    /// A compression pointer that does not lead backward.
    #[error("the pointer at byte {at} does not lead backwards")]
    Pointer {
        /// Where the pointer is.
        at: usize,
    },
    /// A label above 63 octets, or a name above 255.
    #[error("a label has at most 63 octets, a name at most 255")]
    TooLong,
    /// A text, here whole, with an empty label in it.
    #[error("`{0}` is not a name: a label is empty")]
    NotAName(String),
    /// Aliases that lead to aliases, more than eight times.
    #[error("the aliases of this name do not end")]
    AliasLoop,
    /// Nothing that answers the question came in time.
    #[error("no answer came")]
    NoAnswer,
    /// The server answered with this code (RFC 1035, section
    /// 4.1.1): 2 it failed, 3 no such name, 5 it refused.
    #[error("the server answered with code {0}, {name}", name = code_name(*.0))]
    Failed(u8),
    /// The exchange failed: the system's words, or what was wrong
    /// with a message.
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
