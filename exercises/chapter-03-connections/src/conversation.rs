//! A conversation: one request, one response, and an orderly end.

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, sink};
use tokio::time::timeout;

use crate::{
    ConnectionError, ConversationLimits, LineReader, Transport,
};

/// Returns the response for a name.
pub type ResponseFn = dyn Fn(&str) -> Vec<u8> + Send + Sync;

/// Responds to one request over `transport`, and closes it.
///
/// The order matters:
///
/// 1. The head is read to its end.
/// 2. The whole response is written, and our direction is closed,
///    so that the client sees where the response ends.
/// 3. At most `linger` bytes of what the client still sends are
///    read and discarded, until the client closes its direction,
///    too. Closing a socket with unread bytes in it resets the
///    connection (RFC 9293, section 3.6.1), and a reset can
///    destroy the response on its way (RFC 9112, section 9.6).
///
/// A client that closed its direction after its request is
/// waiting for the response, and gets it.
///
/// Only the client is waited for: once it has closed its
/// direction, once reading fails, or once `linger` bytes were
/// discarded, the connection is closed at once. `linger` counts
/// what is read after the response, to the byte. Whatever the
/// reader holds already does not count. Nothing is reserved or
/// collected up to a limit, so a limit may be any number, and
/// `idle` a hundred years.
///
/// # Errors
///
/// Those of the head, and a head that is rejected gets no
/// response. `NoName` if its first line names nothing, or if
/// there is none: after the head was read, or at once, either is
/// right.
///
/// `TimedOut` if the head or the response takes longer than
/// `idle`.
///
/// `Io` if reading the head, writing the response, or closing our
/// direction fails, however it fails. A write that takes nothing
/// has failed. Whatever was interrupted may be tried again.
///
/// What happens after our direction was closed isn't an error,
/// and takes at most `idle`.
pub async fn converse<T: Transport>(
    transport: T,
    respond: &ResponseFn,
    limits: &ConversationLimits,
) -> Result<(), ConnectionError> {
    todo!("chapter 3: answer one request within {limits:?}")
}

/// Reads a head: lines up to an empty one, or up to the end of
/// what the client sends. Returns the name in the first line, as
/// it is there. The other lines are ignored, but they count.
///
/// # Errors
///
/// `HeadTooLong` if the lines together, the first one included,
/// are longer than `limit` bytes without their ends. How many
/// lines these are does not matter.
async fn read_head<T: Transport>(
    lines: &mut LineReader<T>,
    limit: usize,
) -> Result<String, ConnectionError> {
    todo!("chapter 3: read a head of at most {limit} bytes")
}
