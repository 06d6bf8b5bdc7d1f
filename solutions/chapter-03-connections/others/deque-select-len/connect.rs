//! Connecting: a host has several addresses, and some do not
//! answer.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::sleep;

use crate::{ConnectionError, Dial};

/// Dials the addresses, one after the other in their order, and
/// gives the first connection that comes about. The list is taken
/// as it is: each of them, also one that stands there twice.
///
/// Whatever an address fails with, the next one has its turn.
/// Each has `patience`: one that drops packets would hold
/// everybody up for minutes. Without any address the error is
/// `NoAddress`. When none answered it is `NoneAnswered`, with
/// every address that was tried and its own error, as it was; one
/// that used its patience up has an error of the kind `TimedOut`.
pub async fn connect<D: Dial>(
    dial: &D,
    addresses: &[SocketAddr],
    patience: Duration,
) -> Result<D::Transport, ConnectionError> {
    let mut tries = Vec::new();
    for &address in addresses {
        let error = tokio::select! {
            biased;
            outcome = dial.dial(address) => match outcome {
                Ok(transport) => return Ok(transport),
                Err(error) => error,
            },
            () = sleep(patience) => io::ErrorKind::TimedOut.into(),
        };
        tries.push((address, error));
    }
    if tries.is_empty() { Err(ConnectionError::NoAddress) } else { Err(ConnectionError::NoneAnswered(tries)) }
}
