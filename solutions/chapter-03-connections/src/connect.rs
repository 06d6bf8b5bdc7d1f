//! Connecting: a host has several addresses, and some of them
//! don't respond.

use std::net::SocketAddr;
use std::time::Duration;

use crate::{ConnectionError, Dial};

/// Dials the addresses one after the other, in their order, and
/// returns the first connection that succeeds.
///
/// The list is used as it is: every address is dialed, even one
/// that is in it twice. Whatever an address fails with, the next
/// one has its turn.
///
/// Each address has `patience`, which may be anything from no
/// time at all to a hundred years, because an address that drops
/// packets would hold everybody up for minutes. When the time is
/// over, its dial is dropped before the next one begins.
///
/// # Errors
///
/// `NoAddress` if there are no addresses. Otherwise
/// `NoneAnswered`, with every address that was tried and its own
/// error, unchanged, with the number that the operating system
/// gave it. An address that used up its patience has an error of
/// the kind `TimedOut`.
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
