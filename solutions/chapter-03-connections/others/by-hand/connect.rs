//! Connecting: a host has several addresses, and some do not
//! answer.

use std::net::SocketAddr;
use std::time::Duration;

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
    let mut failed: Vec<(SocketAddr, std::io::Error)> = vec![];
    for address in addresses.iter().copied() {
        let outcome = tokio::select! {
            outcome = dial.dial(address) => outcome,
            _ = tokio::time::sleep(patience) => {
                Err(std::io::Error::new(std::io::ErrorKind::TimedOut, "too slow"))
            }
        };
        match outcome {
            Err(e) => failed.push((address, e)),
            Ok(t) => return Ok(t),
        }
    }
    Err(if failed.is_empty() { ConnectionError::NoAddress } else { ConnectionError::NoneAnswered(failed) })
}
