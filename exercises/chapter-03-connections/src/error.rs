//! What can go wrong with a connection.
//!
//! We provide this file, because the checks expect exactly these
//! errors.

use std::io;
use std::net::SocketAddr;

/// An error of any type, as the task of a connection returns it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a connection, or a conversation over it, failed.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// The peer closed its direction in the middle of a line.
    #[error("the connection ended in the middle of a line")]
    UnexpectedEnd,
    /// The request names nothing.
    #[error("the request has no second word, such as /hello")]
    NoName,
    /// A line that doesn't end within the limit.
    #[error("a line is longer than {limit} bytes")]
    LineTooLong {
        /// The longest line allowed, in bytes, without its end.
        limit: usize,
    },
    /// A head that doesn't end within the limit.
    #[error("the lines of the head are longer than {limit} bytes")]
    HeadTooLong {
        /// The longest head allowed, in bytes.
        limit: usize,
    },
    /// The peer was too slow. Holds what we were waiting for.
    #[error("timed out waiting for {0}")]
    TimedOut(&'static str),
    /// There was no address to connect to.
    #[error("there is no address to connect to")]
    NoAddress,
    /// Every address was tried, and none answered. Holds each address
    /// and its error, in the order in which they were tried.
    #[error("no address answered{}", listed(.0))]
    NoneAnswered(Vec<(SocketAddr, io::Error)>),
    /// The operating system reported an error.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Returns the attempts as text, each as `; ADDRESS: ERROR`.
fn listed(tries: &[(SocketAddr, io::Error)]) -> String {
    tries
        .iter()
        .map(|(address, error)| format!("; {address}: {error}"))
        .collect()
}
