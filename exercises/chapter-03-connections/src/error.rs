//! What can go wrong with a connection.
//!
//! We provide this file: the errors fix what the steps can say.

use std::io;
use std::net::SocketAddr;

/// An error of any kind, as a finished connection returns it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a connection, or a conversation over it, failed.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// The peer ended its direction in the middle of a line.
    #[error("the connection ended in the middle of a line")]
    UnexpectedEnd,
    /// The request names nothing.
    #[error("the request has no second word, such as /hello")]
    NoName,
    /// A line without an end, or with a late one.
    #[error("a line is longer than {limit} bytes")]
    LineTooLong {
        /// The longest line allowed, in bytes, without its end.
        limit: usize,
    },
    /// A head without an end, or with a late one.
    #[error("the lines of the head are longer than {limit} bytes")]
    HeadTooLong {
        /// The longest head allowed, in bytes.
        limit: usize,
    },
    /// The peer was too slow. Holds what was waited for.
    #[error("no time left to wait for {0}")]
    TimedOut(&'static str),
    /// There was no address to connect to.
    #[error("there is no address to connect to")]
    NoAddress,
    /// Every address was tried, and none answered. Holds each of
    /// them in the order of the tries, with its error.
    #[error("no address answered{}", listed(.0))]
    NoneAnswered(Vec<(SocketAddr, io::Error)>),
    /// The system reported an error.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The tries, each as `; ADDRESS: ERROR`.
fn listed(tries: &[(SocketAddr, io::Error)]) -> String {
    tries
        .iter()
        .map(|(address, error)| format!("; {address}: {error}"))
        .collect()
}
