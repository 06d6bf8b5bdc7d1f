//! Several parts in one answer: `multipart/byteranges`.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use backpressure::{BoxError, FileBody};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};

use crate::decision::place;
use crate::{Opened, media_type};

/// How the last boundary goes on.
const END: &str = "--\r\n";

/// One part: the lines before its bytes, and where they are.
struct Part {
    head: String,
    range: Range<u64>,
}

/// The answer with several parts (RFC 9110, section 14.6): each
/// with its type and its place, between boundaries. Its length is
/// known, for everything in it is.
///
/// `body` makes the body of one part. It is called when the part
/// before it has been sent, so one part is open at a time.
pub(crate) fn answer(
    opened: Opened,
    ranges: Vec<Range<u64>>,
    body: impl Fn(std::fs::File, Range<u64>) -> FileBody + Send + 'static,
) -> Response {
    let boundary = boundary();
    let kind = media_type::of(opened.name.as_ref());
    let whole = opened.representation.length;
    let parts: VecDeque<Part> = ranges
        .into_iter()
        .enumerate()
        .map(|(at, range)| {
            let before = if at == 0 { "" } else { "\r\n" };
            let place = place(&range, whole);
            let head = format!(
                "{before}--{boundary}\r\nContent-Type: {kind}\r\n\
                 Content-Range: {place}\r\n\r\n"
            );
            Part { head, range }
        })
        .collect();
    let last = format!("\r\n--{boundary}{END}");
    let length =
        parts.iter().fold(last.len() as u64, |length, part| {
            let bytes = part.range.end - part.range.start;
            length + part.head.len() as u64 + bytes
        });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    let headers = response.headers_mut();
    opened.describe(headers);
    let kind = format!("multipart/byteranges; boundary={boundary}");
    let kind = HeaderValue::try_from(kind);
    headers.insert(
        header::CONTENT_TYPE,
        kind.expect("letters and digits make a value"),
    );
    headers.insert(header::CONTENT_LENGTH, length.into());
    let file = opened.file;
    let pieces = stream::iter(parts).flat_map(move |part| {
        let head = Ok(Bytes::from(part.head));
        let bytes = match file.try_clone() {
            Ok(file) => body(file, part.range).into_chunks(),
            Err(error) => {
                let error: BoxError = error.into();
                stream::once(async { Err(error) }).boxed()
            }
        };
        stream::once(async { head }).chain(bytes)
    });
    let last = stream::once(async { Ok(Bytes::from(last)) });
    *response.body_mut() = Body::from_stream(pieces.chain(last));
    response
}

/// A line that no part holds, as far as anybody can know: it is
/// new for each answer. Whoever knows the places needs not look
/// for it.
fn boundary() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default().as_nanos();
    format!("part-{now:032x}-{count:x}")
}
