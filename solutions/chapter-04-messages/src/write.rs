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
    //? todo!("chapter 4: respond to {request:?}")
    // ANCHOR: cut-write_reply
    let framing = Framing::new(request, &reply)?;
    let mut out = head(&reply, framing);
    match reply.body {
        _ if !framing.has_body => send(transport, &out).await?,
        ReplyBody::Whole(bytes) => {
            out.extend_from_slice(&bytes);
            send(transport, &out).await?;
        }
        ReplyBody::Chunks(chunks) => {
            write_chunks(transport, framing.length, chunks, out)
                .await?;
        }
    }
    Ok(framing.keep_alive)
    // ANCHOR_END: cut-write_reply
}

/// Appends a chunk with this data to `output` in the chunked coding:
/// the size in hexadecimal digits, CR LF, the data, CR LF. If the data
/// is empty, appends nothing, because an empty chunk would end the
/// body.
pub fn encode_chunk(data: &[u8], output: &mut Vec<u8>) {
    //? todo!("chapter 4: encode {} bytes", data.len())
    // ANCHOR: cut-encode_chunk
    if data.is_empty() {
        return;
    }
    let size = format!("{:x}\r\n", data.len());
    output.extend_from_slice(size.as_bytes());
    output.extend_from_slice(data);
    output.extend_from_slice(b"\r\n");
    // ANCHOR_END: cut-encode_chunk
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
    //? todo!("chapter 4: write a body of {length:?}")
    // ANCHOR: cut-write_chunks
    let (mut left, chunked) = (promise(length), is_chunked(length));
    let mut next = chunks.next().await.transpose();
    if let Err(error) = next {
        let sorry = last_words(500, "This can't be read.");
        send(transport, &sorry).await?;
        return Err(source_failed(error));
    }
    while let Some(chunk) = next.map_err(source_failed)? {
        if let Some(left) = &mut left {
            let more = MessageError::Length("more than was promised");
            *left = left.checked_sub(chunk.len() as u64).ok_or(more)?;
        }
        if chunked {
            encode_chunk(&chunk, &mut out);
        } else {
            out.extend_from_slice(&chunk);
        }
        send(transport, &out).await?;
        out.clear();
        next = chunks.next().await.transpose();
    }
    if left.is_some_and(|left| left > 0) {
        return Err(MessageError::Incomplete);
    }
    if chunked {
        out.extend_from_slice(b"0\r\n\r\n");
    }
    send(transport, &out).await
    // ANCHOR_END: cut-write_chunks
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
