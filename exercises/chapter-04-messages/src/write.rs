//! Writes a response: its head, and a body of any kind.

use bytes::Bytes;
use connections::{BoxError, Transport};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::io::AsyncWriteExt;

use crate::wire::framing::Framing;
use crate::wire::reply::{head, last_words};
use crate::{BodyLength, MessageError, Reply, ReplyBody, RequestLine};

/// Writes the response to a request, and returns whether the connection
/// may be used again.
///
/// [`Framing::new`] decides how the body is framed and whether it's
/// sent at all, and `head` makes the head. If the body isn't sent, its
/// stream is dropped without being polled.
///
/// The head is sent in one write together with the body or its first
/// chunk. Two small writes can take 40 ms longer, because the second
/// waits for an acknowledgment that the other side delays (RFC 9293,
/// section 3.7.4).
///
/// # Errors
///
/// The errors of the framing, and of [`write_chunks`]. After an error,
/// close the connection at once and write nothing more, so that the
/// client notices that bytes are missing.
pub async fn write_reply<T: Transport>(
    transport: &mut T,
    request: &RequestLine,
    reply: Reply,
) -> Result<bool, MessageError> {
    todo!("chapter 4: respond to {request:?}")
}

/// Appends a chunk with this data to `output` in the chunked coding:
/// the size in hexadecimal digits, CR LF, the data, CR LF. If the data
/// is empty, appends nothing, because an empty chunk would end the
/// body.
pub fn encode_chunk(data: &[u8], output: &mut Vec<u8>) {
    todo!("chapter 4: encode {} bytes", data.len())
}

/// Writes the chunks of a body, the first one together with the head,
/// which is in `out`. Asks for each chunk when the previous one was
/// written.
///
/// With `Chunked`, [`encode_chunk`] frames each chunk, and `0 CR LF CR
/// LF`, a chunk of size 0 without trailers, ends the body. With `Exact`
/// and `UntilClose`, the chunks are written as they are.
///
/// # Errors
///
/// `Io` if the source fails. If that happens before the first chunk,
/// nothing was sent yet, so [`last_words`] are sent instead, with
/// status 500. With `Exact`, `Length` if a chunk would exceed the
/// promised length, in which case that chunk isn't written, and
/// `Incomplete` if the source ends before that length. And the errors
/// of the transport.
async fn write_chunks<T: Transport>(
    transport: &mut T,
    length: BodyLength,
    mut chunks: BoxStream<'static, Result<Bytes, BoxError>>,
    mut out: Vec<u8>,
) -> Result<(), MessageError> {
    todo!("chapter 4: write a body of {length:?}")
}

/// Returns the length that the head promises to the client, if it does.
fn promise(length: BodyLength) -> Option<u64> {
    match length {
        BodyLength::Exact(length) => Some(length),
        _ => None,
    }
}

fn is_chunked(length: BodyLength) -> bool {
    length == BodyLength::Chunked
}

/// Writes all of `bytes` and flushes them, because TLS and buffered
/// writers hold bytes back until they're flushed.
async fn send<T: Transport>(
    transport: &mut T,
    bytes: &[u8],
) -> Result<(), MessageError> {
    transport.write_all(bytes).await?;
    transport.flush().await?;
    Ok(())
}

fn source_failed(error: BoxError) -> MessageError {
    MessageError::Io(std::io::Error::other(error))
}
