//! Answers, and how they are written.

use bytes::Bytes;
use connections::{BoxError, Transport};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::io::AsyncWriteExt;

use crate::framing::Framing;
use crate::{BodyLength, Fields, MessageError, RequestLine};

/// The body of an answer.
pub enum ReplyBody {
    /// All of it, in memory.
    Whole(Vec<u8>),
    /// Piece by piece. It is asked for a piece when the one
    /// before was taken, and never for an answer without a body:
    /// to `HEAD`, and with the status 204 or 304.
    Pieces(BoxStream<'static, Result<Bytes, BoxError>>),
}

/// An answer.
pub struct Reply {
    /// The status, from 200 on.
    pub status: u16,
    /// The fields. With pieces, a `Content-Length` here is a
    /// promise that they are held to. The framing of a body is
    /// added: a `Transfer-Encoding` here is left out.
    pub fields: Fields,
    /// The body.
    pub body: ReplyBody,
}

impl Reply {
    /// A line of text, for those who look at it.
    pub(crate) fn text(status: u16, text: &str) -> Self {
        let mut fields = Fields::default();
        let plain = "text/plain; charset=utf-8";
        let added = fields.push("Content-Type", plain);
        debug_assert!(added.is_ok(), "it is a plain value");
        let body = ReplyBody::Whole(format!("{text}\n").into_bytes());
        Self {
            status,
            fields,
            body,
        }
    }
}

/// Writes the answer to a request, and tells whether the
/// connection may be used again.
///
/// Head and first piece leave in one write. Two small ones can
/// cost 40 ms: the second waits for an acknowledgement that the
/// other side delays (RFC 9293, section 3.7.4). So the head waits
/// for the first piece, and a source that fails before it becomes
/// a 500.
///
/// Errors: the source of the body failed, or ended before the
/// length that it promised, or went beyond it; the transport
/// failed. After an error the connection must be closed at once,
/// and nothing written: then the client sees that bytes are
/// missing.
pub async fn write_reply<T: Transport>(
    transport: &mut T,
    request: &RequestLine,
    reply: Reply,
) -> Result<bool, MessageError> {
    let framing = Framing::new(request, &reply)?;
    let mut out = head(&reply, framing);
    match reply.body {
        _ if !framing.has_body => send(transport, &out).await?,
        ReplyBody::Whole(bytes) => {
            out.extend_from_slice(&bytes);
            send(transport, &out).await?;
        }
        ReplyBody::Pieces(pieces) => {
            write_pieces(transport, framing.length, pieces, out)
                .await?;
        }
    }
    Ok(framing.keep_alive)
}

/// A whole answer of one line, after which the connection is
/// closed.
pub(crate) fn last_words(status: u16, text: &str) -> Vec<u8> {
    let body = format!("{text}\n");
    let framing = Framing {
        length: BodyLength::Exact(body.len() as u64),
        has_body: true,
        keep_alive: false,
    };
    let mut out = head(&Reply::text(status, text), framing);
    out.extend_from_slice(body.as_bytes());
    out
}

/// Adds a chunk with this data to `output`. An empty chunk would
/// be the last one, so empty data adds nothing.
pub fn encode_chunk(data: &[u8], output: &mut Vec<u8>) {
    if data.is_empty() {
        return;
    }
    let size = format!("{:x}\r\n", data.len());
    output.extend_from_slice(size.as_bytes());
    output.extend_from_slice(data);
    output.extend_from_slice(b"\r\n");
}

/// Writes the pieces, the first one behind the head in `out`.
async fn write_pieces<T: Transport>(
    transport: &mut T,
    length: BodyLength,
    mut pieces: BoxStream<'static, Result<Bytes, BoxError>>,
    mut out: Vec<u8>,
) -> Result<(), MessageError> {
    let promised = match length {
        BodyLength::Exact(length) => Some(length),
        _ => None,
    };
    let mut sent: u64 = 0;
    let mut next = pieces.next().await.transpose();
    if let Err(error) = next {
        // Nothing has left yet: the status can still say it.
        let sorry = last_words(500, "This cannot be read.");
        send(transport, &sorry).await?;
        return Err(source_failed(error));
    }
    while let Some(piece) = next.map_err(source_failed)? {
        sent += piece.len() as u64;
        if promised.is_some_and(|promised| sent > promised) {
            let what = "there is more of it than was promised";
            return Err(MessageError::Length(what));
        }
        if length == BodyLength::Chunked {
            encode_chunk(&piece, &mut out);
        } else {
            out.extend_from_slice(&piece);
        }
        send(transport, &out).await?;
        out.clear();
        next = pieces.next().await.transpose();
    }
    if promised.is_some_and(|promised| sent < promised) {
        return Err(MessageError::Incomplete);
    }
    if length == BodyLength::Chunked {
        out.extend_from_slice(b"0\r\n\r\n");
    }
    send(transport, &out).await
}

/// The head of an answer, with the fields that frame its body.
fn head(reply: &Reply, framing: Framing) -> Vec<u8> {
    let status = reply.status;
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    // `push` has seen to it that no name or value ends its line.
    let mut line = |name: &str, value: &str| {
        head.extend([name, ": ", value, "\r\n"]);
    };
    for (name, value) in reply.fields.iter() {
        if !is_ours(name) {
            line(name, value);
        }
    }
    match framing.length {
        BodyLength::Exact(length) => {
            line("Content-Length", &length.to_string());
        }
        BodyLength::Chunked => line("Transfer-Encoding", "chunked"),
        BodyLength::None | BodyLength::UntilClose => {}
    }
    if !framing.keep_alive {
        line("Connection", "close");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// Fields that say how this connection carries this answer.
fn is_ours(name: &str) -> bool {
    ["Content-Length", "Transfer-Encoding", "Connection"]
        .iter()
        .any(|ours| name.eq_ignore_ascii_case(ours))
}

async fn send<T: Transport>(
    transport: &mut T,
    bytes: &[u8],
) -> Result<(), MessageError> {
    transport.write_all(bytes).await?;
    // TLS and buffered writers keep bytes back until then.
    transport.flush().await?;
    Ok(())
}

fn source_failed(error: BoxError) -> MessageError {
    MessageError::Io(std::io::Error::other(error))
}

/// What a status means, for people (RFC 9110, section 15). No
/// program reads it, so the other ones do without.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        _ => "",
    }
}
