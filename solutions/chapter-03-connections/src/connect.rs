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
/// Each has `patience`, from none at all to a hundred years: one
/// that drops packets would hold everybody up for minutes. Its
/// dial is dropped then, before the next one begins. Without any
/// address the error is `NoAddress`.
/// When none answered it is `NoneAnswered`, with every address
/// that was tried and its own error, as it was, with the number
/// that the system gave it; one that used its patience up has an
/// error of the kind `TimedOut`.
pub async fn connect<D: Dial>(
    dial: &D,
    addresses: &[SocketAddr],
    patience: Duration,
) -> Result<D::Transport, ConnectionError> {
    //? todo!("chapter 3: dial {addresses:?}, {patience:?} each")
    // ANCHOR: cut-connect
    let mut tries = Vec::new();
    for &address in addresses {
        let dialled = dial.dial(address);
        match tokio::time::timeout(patience, dialled).await {
            Ok(Ok(transport)) => return Ok(transport),
            Ok(Err(error)) => tries.push((address, error)),
            Err(late) => tries.push((address, late.into())),
        }
    }
    if tries.is_empty() {
        return Err(ConnectionError::NoAddress);
    }
    Err(ConnectionError::NoneAnswered(tries))
    // ANCHOR_END: cut-connect
}
