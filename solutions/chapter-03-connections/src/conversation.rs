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
/// It does so in this order:
///
/// 1. The head is read to its end.
/// 2. The whole response is written, and then our direction is closed,
///    so that the client sees where the response ends.
/// 3. Whatever the client still sends is read and discarded, until the
///    client closes its direction, too, or `linger` bytes have been
///    read. Closing a socket with unread bytes in it resets the
///    connection (RFC 9293, section 3.6.1), and a reset can destroy the
///    response on its way (RFC 9112, section 9.6).
///
/// A client may close its direction of the connection right after
/// sending its request. It's still waiting for the response, so it gets
/// one.
///
/// The connection is closed at once when the client has closed its
/// direction, when reading fails, or when exactly `linger` bytes have
/// been discarded. Only bytes that are read after the response count
/// toward `linger`, not those that the line reader already holds. No
/// memory is reserved for a limit, so each limit may be any number, and
/// `idle` may be a hundred years.
///
/// # Errors
///
/// The errors of reading the head; a head that is rejected gets no
/// response. `NoName` if the first line names nothing, or if there is
/// no line. You may return it at once, or after the head was read.
///
/// `TimedOut` if the head or the response takes longer than `idle`.
///
/// `Io` if reading the head, writing the response, or closing our
/// direction fails for any reason. A write that returns 0 has failed. A
/// call that was interrupted may be repeated.
///
/// After our direction was closed, nothing counts as an error anymore,
/// and the rest takes at most `idle`.
pub async fn converse<T: Transport>(
    transport: T,
    respond: &ResponseFn,
    limits: &ConversationLimits,
) -> Result<(), ConnectionError> {
    //? todo!("chapter 3: answer one request within {limits:?}")
    // ANCHOR: cut-converse
    let mut lines = LineReader::new(transport, limits.line);
    let head = read_head(&mut lines, limits.head);
    let late = |_| ConnectionError::TimedOut("the head");
    let name = timeout(limits.idle, head).await.map_err(late)??;
    let transport = lines.get_mut();
    let send = async {
        transport.write_all(&respond(&name)).await?;
        transport.shutdown().await
    };
    let late = |_| ConnectionError::TimedOut("the response to go out");
    timeout(limits.idle, send).await.map_err(late)??;
    // The response was sent, so a failure from here on isn't an error.
    let mut rest = transport.take(limits.linger as u64);
    let mut nowhere = sink();
    let drain = copy(&mut rest, &mut nowhere);
    let _ = timeout(limits.idle, drain).await;
    Ok(())
    // ANCHOR_END: cut-converse
}

/// Reads a head, which is all lines up to an empty one, or until the
/// client closes its direction. Returns the name in the first line,
/// unchanged. The contents of the other lines are ignored, but their
/// lengths count.
///
/// # Errors
///
/// `HeadTooLong` if all lines together, including the first, have more
/// than `limit` bytes without their line breaks. The number of lines
/// doesn't matter.
async fn read_head<T: Transport>(
    lines: &mut LineReader<T>,
    limit: usize,
) -> Result<String, ConnectionError> {
    //? todo!("chapter 3: read a head of at most {limit} bytes")
    // ANCHOR: cut-read_head
    let mut request = None;
    let mut length = 0;
    while let Some(line) = lines.next().await?
        && !line.is_empty()
    {
        length += line.len();
        if length > limit {
            return Err(ConnectionError::HeadTooLong { limit });
        }
        request.get_or_insert(line);
    }
    crate::name_in(&request.ok_or(ConnectionError::NoName)?)
    // ANCHOR_END: cut-read_head
}
