//! A conversation: one question, one answer, and an orderly end.

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
/// answer, or ending our direction fails. A head that is refused
/// gets no answer. What happens after the end of our direction is
/// not an error, and takes at most `idle`. `linger` counts what is
/// read then: what the reader holds already does not count.
pub async fn converse<T: Transport>(
    transport: T,
    respond: &ResponseFn,
    limits: &ConversationLimits,
) -> Result<(), ConnectionError> {
    use tokio::io::*;
    let mut reader = LineReader::new(transport, limits.line);
    let name = match tokio::time::timeout(
        limits.idle,
        read_head(&mut reader, limits.head),
    )
    .await
    {
        Err(_) => return Err(ConnectionError::TimedOut("request")),
        Ok(Err(e)) => return Err(e),
        Ok(Ok(name)) => name,
    };
    let bytes = respond(&name);
    let deadline = tokio::time::Instant::now() + limits.idle;
    let mut sent = 0;
    while sent < bytes.len() {
        let n = tokio::time::timeout_at(
            deadline,
            reader.get_mut().write(&bytes[sent..]),
        )
        .await
        .map_err(|_| ConnectionError::TimedOut("answer"))??;
        if n == 0 {
            return Err(std::io::Error::from(std::io::ErrorKind::WriteZero).into());
        }
        sent += n;
    }
    tokio::time::timeout_at(deadline, async {
        reader.get_mut().flush().await?;
        reader.get_mut().shutdown().await
    })
    .await
    .map_err(|_| ConnectionError::TimedOut("answer"))??;
    let mut dropped = 0;
    let mut waste = [0; 4096];
    let deadline = tokio::time::Instant::now() + limits.idle;
    while dropped < limits.linger {
        let most = limits.linger - dropped;
        match tokio::time::timeout_at(
            deadline,
            reader.get_mut().take(most as u64).read(&mut waste),
        )
        .await
        {
            Ok(Ok(n)) if n > 0 => dropped += n,
            _ => break,
        }
    }
    Ok(())
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
    let Some(first) = lines.next().await? else {
        return Err(ConnectionError::NoName);
    };
    let mut left = limit
        .checked_sub(first.len())
        .ok_or(ConnectionError::HeadTooLong { limit })?;
    let mut last = first.clone();
    while !last.is_empty() {
        match lines.next().await? {
            Some(line) => last = line,
            None => break,
        }
        left = left
            .checked_sub(last.len())
            .ok_or(ConnectionError::HeadTooLong { limit })?;
    }
    crate::name_in(&first)
}
