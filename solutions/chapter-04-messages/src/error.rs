//! What can go wrong with a message.
//!
//! We provide this file, because the checks expect exactly these
//! errors.

use std::io;

use connections::ConnectionError;

/// Why a message was rejected or didn't arrive in full. The messages
/// say what was malformed, and never repeat bytes that the peer sent.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// A start line or a field line that breaks the rules.
    #[error("malformed head: {0}")]
    Head(&'static str),
    /// A head that doesn't end within the limit.
    #[error("the head is longer than {limit} bytes")]
    HeadTooLong {
        /// The maximum length of a head, in bytes, including its empty
        /// line.
        limit: usize,
    },
    /// A head with too many field lines.
    #[error("the head has more than {limit} fields")]
    TooManyFields {
        /// The maximum number of fields.
        limit: usize,
    },
    /// It's unclear where the body ends.
    #[error("the length of the body is unclear: {0}")]
    Length(&'static str),
    /// A chunk, or the line around it, breaks the rules.
    #[error("malformed chunk: {0}")]
    Chunk(&'static str),
    /// A target that can't be the path of a file.
    #[error("refused target: {0}")]
    Target(&'static str),
    /// The connection ended in the middle of a message.
    #[error("the message ended before it was complete")]
    Incomplete,
    /// The connection failed, or the peer was too slow.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The operating system, or the source of a body, reported an
    /// error.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl MessageError {
    /// Returns the status of the response to this error: 408 if the
    /// client was too slow, 431 if the head is too large, 400 for every
    /// other mistake of the client, and 500 for errors of the operating
    /// system.
    pub fn status(&self) -> u16 {
        match self {
            Self::HeadTooLong { .. } | Self::TooManyFields { .. } => {
                431
            }
            Self::Connection(ConnectionError::TimedOut(_)) => 408,
            Self::Io(_) => 500,
            _ => 400,
        }
    }
}
