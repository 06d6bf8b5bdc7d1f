//! How the body of a response is framed: how its client will know where
//! it ends.
//!
//! We provide this file: it applies six rules of the RFC in order. You
//! write the same rules for the reader's side in `length.rs`.

use crate::{
    BodyLength, Fields, MessageError, Reply, ReplyBody, RequestLine,
};

/// The framing of one response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Framing {
    /// How the body would be sent, and what the head says.
    pub(crate) length: BodyLength,
    /// Whether the body is sent.
    pub(crate) has_body: bool,
    /// Whether the connection can be used again.
    pub(crate) keep_alive: bool,
}

impl Framing {
    /// Chooses the framing of this response to this request.
    pub(crate) fn new(
        request: &RequestLine,
        reply: &Reply,
    ) -> Result<Self, MessageError> {
        let length = match (&reply.body, told(&reply.fields)?) {
            // RFC 9110, section 8.6: responses with these statuses have
            // no length. In a 304, it would be the length of the file,
            // not our 0.
            _ if reply.status == 204 => BodyLength::None,
            (ReplyBody::Whole(_), None) if reply.status == 304 => {
                BodyLength::None
            }
            (ReplyBody::Whole(bytes), _) if reply.status != 304 => {
                BodyLength::Exact(bytes.len() as u64)
            }
            (_, Some(length)) => BodyLength::Exact(length),
            // A client of HTTP/1.0 would take the size of a chunk for a
            // part of the file.
            (_, None) if request.minor == 0 => BodyLength::UntilClose,
            (_, None) => BodyLength::Chunked,
        };
        let silent = request.method == "HEAD"
            || matches!(reply.status, 204 | 304);
        let closes = request.minor == 0
            || reply.fields.has("Connection", "close")
            || length == BodyLength::UntilClose;
        Ok(Self {
            length,
            has_body: !silent,
            keep_alive: !closes,
        })
    }
}

/// Returns the length that the site itself has set.
fn told(fields: &Fields) -> Result<Option<u64>, MessageError> {
    let Some(text) = fields.get("Content-Length") else {
        return Ok(None);
    };
    let length = text.parse().map_err(|_| {
        MessageError::Length("the site's own isn't a number")
    })?;
    Ok(Some(length))
}
