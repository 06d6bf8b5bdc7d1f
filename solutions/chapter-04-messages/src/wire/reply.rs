//! The responses of a site, and their heads.
//!
//! We provide this file: `write.rs`, which you write, sends the bodies.

use bytes::Bytes;
use connections::BoxError;
use futures_util::stream::BoxStream;

use crate::wire::framing::Framing;
use crate::{BodyLength, Fields};

/// The body of a response.
pub enum ReplyBody {
    /// The whole body, in memory.
    Whole(Vec<u8>),
    /// The body as a stream of chunks. The next chunk is asked for when
    /// the previous one was written. The stream isn't polled at all if
    /// the response has no body, which is so for `HEAD` and for the
    /// statuses 204 and 304.
    Chunks(BoxStream<'static, Result<Bytes, BoxError>>),
}

/// A response.
pub struct Reply {
    /// The status, 200 or above.
    pub status: u16,
    /// The fields. If the body is `Chunks`, it must have exactly the
    /// length of a `Content-Length` in here. The fields that frame the
    /// body are added to these, and a `Transfer-Encoding` in here is
    /// ignored.
    pub fields: Fields,
    /// The body.
    pub body: ReplyBody,
}

impl Reply {
    /// Returns a response with a line of text, for people.
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

/// Returns the bytes of a response with one line of text, after which
/// the connection is closed.
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

/// Returns the head of a response, with the fields that frame its body.
pub(crate) fn head(reply: &Reply, framing: Framing) -> Vec<u8> {
    let status = reply.status;
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    // `push` has made sure that no name and no value contains a line
    // end.
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

/// Returns whether a field describes how this connection carries this
/// response, so that the site can't set it.
fn is_ours(name: &str) -> bool {
    ["Content-Length", "Transfer-Encoding", "Connection"]
        .iter()
        .any(|ours| name.eq_ignore_ascii_case(ours))
}

/// Returns the reason phrase of a status (RFC 9110, section 15). It's
/// for people and no program reads it, so most statuses have none here.
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
