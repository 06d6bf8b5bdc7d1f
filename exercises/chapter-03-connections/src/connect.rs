//! Connecting: a host has several addresses, and some of them
//! don't respond.

use std::net::SocketAddr;
use std::time::Duration;

use crate::{ConnectionError, Dial};

/// Dials the addresses one after the other, in their order, and returns
/// the first connection that succeeds.
///
/// Every address in the list is dialed, even if it's in the list twice.
/// If an address fails, for whatever reason, the next one is dialed.
///
/// Each address gets `patience` to answer, because an address that
/// drops packets would otherwise hold everything up for minutes.
/// `patience` may be anything from no time at all to a hundred years.
/// When it's over, the dial is dropped before the next one begins.
///
/// # Errors
///
/// `NoAddress` if there are no addresses. Otherwise `NoneAnswered`,
/// with every address that was tried and its own error. The error is
/// passed on unchanged, so that it keeps the operating system's error
/// number. For an address that has timed out, the kind of the error is
/// `TimedOut`.
pub async fn connect<D: Dial>(
    dial: &D,
    addresses: &[SocketAddr],
    patience: Duration,
) -> Result<D::Transport, ConnectionError> {
    todo!("chapter 3: dial {addresses:?}, {patience:?} each")
}
