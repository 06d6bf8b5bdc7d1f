//! Responses of a site, and their heads. Given: `write.rs` writes
//! the bodies.

use bytes::Bytes;
use connections::BoxError;
use futures_util::stream::BoxStream;

use crate::wire::framing::Framing;
use crate::{BodyLength, Fields};

/// The body of a response.
pub enum ReplyBody {
    /// All of it, in memory.
    Whole(Vec<u8>),
    /// Chunk by chunk. The stream is asked for a chunk when the one
    /// before was written, and never for a response without a
    /// body: to `HEAD`, and with the status 204 or 304.
    Chunks(BoxStream<'static, Result<Bytes, BoxError>>),
}

/// A response.
pub struct Reply {
    /// The status, from 200 on.
    pub status: u16,
    /// The fields. With chunks, a `Content-Length` here is a
    /// promise that they are held to. The framing of a body is
    /// added: a `Transfer-Encoding` here is left out.
    pub fields: Fields,
    /// The body.
    pub body: ReplyBody,
}

impl Reply {
    /// A line of text, for people.
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

/// A whole response of one line, after which the connection is
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

/// The head of a response, with the fields that frame its body.
pub(crate) fn head(reply: &Reply, framing: Framing) -> Vec<u8> {
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

/// Fields that say how this connection carries this response.
fn is_ours(name: &str) -> bool {
    ["Content-Length", "Transfer-Encoding", "Connection"]
        .iter()
        .any(|ours| name.eq_ignore_ascii_case(ours))
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
