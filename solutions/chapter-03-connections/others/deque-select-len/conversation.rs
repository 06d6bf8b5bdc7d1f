//! A conversation: one question, one answer, and an orderly end.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::{
    ConnectionError, ConversationLimits, LineReader, Transport, name_in,
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
/// answer, or ending our direction fails. A head that is refused
/// gets no answer. What happens after the end of our direction is
/// not an error, and takes at most `idle`. `linger` counts what is
/// read then: what the reader holds already does not count.
pub async fn converse<T: Transport>(
    transport: T,
    respond: &ResponseFn,
    limits: &ConversationLimits,
) -> Result<(), ConnectionError> {
    let mut lines = LineReader::new(transport, limits.line);
    let head = read_head(&mut lines, limits.head);
    let Ok(name) = timeout(limits.idle, head).await else {
        return Err(ConnectionError::TimedOut("the head"));
    };
    let answer = respond(&name?);

    let transport = lines.get_mut();
    let telling = tell(transport, &answer);
    let Ok(told) = timeout(limits.idle, telling).await else {
        return Err(ConnectionError::TimedOut("the answer"));
    };
    told?;

    // Late or not: nothing after the answer is an error.
    let _ =
        timeout(limits.idle, hear_out(transport, limits.linger)).await;
    Ok(())
}

/// Writes the whole answer, and ends our direction.
async fn tell<T: Transport>(
    transport: &mut T,
    answer: &[u8],
) -> std::io::Result<()> {
    transport.write_all(answer).await?;
    transport.shutdown().await
}

/// Reads up to `allowed` bytes, or to the end, and drops them.
async fn hear_out<T: Transport>(transport: &mut T, mut allowed: usize) {
    let mut dropped = [0; 4096];
    while allowed > 0 {
        let most = allowed.min(dropped.len());
        match transport.read(&mut dropped[..most]).await {
            Ok(0) | Err(_) => break,
            Ok(count) => allowed -= count,
        }
    }
}

/// Reads a head: lines up to an empty one, or up to the end of
/// what the client sends. Gives the name in the first line, as it
/// stands there; the others are ignored, but they count.
/// `HeadTooLong`: the lines together, the first one too, without
/// their ends, are longer than `limit` bytes.
async fn read_head<T: Transport>(
    lines: &mut LineReader<T>,
    limit: usize,
) -> Result<String, ConnectionError> {
    let mut first = None;
    let mut left = limit;
    while let Some(line) = lines.next().await? {
        left = left
            .checked_sub(line.len())
            .ok_or(ConnectionError::HeadTooLong { limit })?;
        let last = line.is_empty();
        first.get_or_insert(line);
        if last {
            break;
        }
    }
    name_in(&first.unwrap_or_default())
}
