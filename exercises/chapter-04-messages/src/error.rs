//! What can go wrong with a message.
//!
//! We provide this file: the errors fix what the steps can say.

use std::io;

use connections::ConnectionError;

/// Why a message was rejected, or didn't arrive completely. The
/// texts say what was malformed, and never repeat what the peer
/// sent.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// A start line or a field line that breaks the rules.
    #[error("malformed head: {0}")]
    Head(&'static str),
    /// A head without an end, or with a late one.
    #[error("the head is longer than {limit} bytes")]
    HeadTooLong {
        /// The longest head allowed, in bytes, with its empty
        /// line.
        limit: usize,
    },
    /// A head with too many field lines.
    #[error("the head has more than {limit} fields")]
    TooManyFields {
        /// The most fields allowed.
        limit: usize,
    },
    /// Nobody can say where the body ends.
    #[error("the length of the body is in doubt: {0}")]
    Length(&'static str),
    /// A chunk, or the line around it, breaks the rules.
    #[error("malformed chunk: {0}")]
    Chunk(&'static str),
    /// A target that names no file.
    #[error("refused target: {0}")]
    Target(&'static str),
    /// The connection ended in the middle of a message.
    #[error("the message ended before it was complete")]
    Incomplete,
    /// The connection failed, or the peer was too slow.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The system, or the source of a body, reported an error.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl MessageError {
    /// Returns the status that a server responds with: 408 (too
    /// slow), 431 (the head is too large), 400 for everything
    /// else that is the client's doing, and 500 for errors of the
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
