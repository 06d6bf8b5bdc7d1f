//! A conversation: one question, one answer, and an orderly end.

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, sink};
use tokio::time::timeout;

use crate::{
    ConnectionError, ConversationLimits, LineReader, Transport,
};

/// Gives the answer for a name.
pub type ResponseFn = dyn Fn(&str) -> Vec<u8> + Send + Sync;

/// Answers one request over `transport`, and closes it.
///
/// The order matters. The head is read to its end. The whole
/// answer is written, and our direction is ended, so that the
/// client sees where the answer ends. Then, at most `linger`
/// bytes, what the client still sends is read and dropped, until
/// the client ends its direction too: closing a socket with
/// unread bytes in it resets the connection (RFC 9293, section
/// 3.6.1), and a reset can destroy the answer on its way (RFC
/// 9112, section 9.6).
///
/// A client that ended its direction after its request waits for
/// the answer, and gets it.
///
/// Errors: those of the head; `NoName` when its first line names
/// nothing, or there is none: after the head is read, or at once,
/// either is right. `TimedOut` when the head or the answer takes
/// longer than `idle`. `Io` when reading the head, writing the
/// answer, or ending our direction fails, however it fails; a
/// write that takes nothing has failed. What was interrupted may
/// be tried again. A head that is refused gets no answer. What
/// happens after the end of our direction isn't an error, and takes
/// at most `idle`. `linger` counts what is read then, to the byte:
/// what the reader holds already does not count.
///
/// Only the client is waited for: when it has ended its
/// direction, when reading fails, or when `linger` bytes were
/// dropped, the connection is closed at once. Nothing is reserved
/// or collected up to a limit, so a limit may be any number,
/// and `idle` a hundred years.
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
    let late = |_| ConnectionError::TimedOut("the answer to be taken");
    timeout(limits.idle, send).await.map_err(late)??;
    // The answer is out: whatever comes of this isn't an error.
    let mut rest = transport.take(limits.linger as u64);
    let mut nowhere = sink();
    let drain = copy(&mut rest, &mut nowhere);
    let _ = timeout(limits.idle, drain).await;
    Ok(())
    // ANCHOR_END: cut-converse
}

/// Reads a head: lines up to an empty one, or up to the end of
/// what the client sends. Gives the name in the first line, as it
/// stands there; the others are ignored, but they count.
/// `HeadTooLong`: the lines together, the first one too, without
/// their ends, are longer than `limit` bytes. How many lines
/// these are does not matter.
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
