//! Sends several parts in one response, as `multipart/byteranges`.

use std::ops::Range;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use backpressure::{BoxError, ChunkStream, FileBody};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};

use crate::Opened;
use crate::conditional::decision::place;
use crate::files::media_type;

/// One part: the lines before its bytes, and its range in the file.
struct Part {
    head: String,
    range: Range<u64>,
}

/// Makes the response with several parts (RFC 9110, section 14.6). Each
/// part has its type and its range, and boundaries separate the parts.
/// The length of the response is known in advance, because the length
/// of everything in it is.
///
/// The status is 206. [`Opened::describe`] writes the fields about the
/// file. After them come `Content-Type`, which names the boundary, and
/// `Content-Length`.
///
/// `body` makes the body of one part from a clone of the file
/// (`try_clone`). If cloning fails, the part is a body that fails
/// ([`failed`]). `body` is called when the previous part has been sent,
/// so only one part is open at a time.
pub(crate) fn answer(
    opened: Opened,
    ranges: Vec<Range<u64>>,
    body: impl Fn(std::fs::File, Range<u64>) -> FileBody + Send + 'static,
) -> Response {
    //? todo!("chapter 10: {} parts", ranges.len())
    // ANCHOR: cut-answer
    let boundary = boundary();
    let kind = media_type::of(opened.name.as_ref());
    let whole = opened.representation.length;
    let framing = frame(ranges, &boundary, kind, whole);
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
    headers.insert(header::CONTENT_LENGTH, framing.length.into());
    let file = opened.file;
    let bytes = move |range| match file.try_clone() {
        Ok(file) => body(file, range).into_chunks(),
        Err(error) => failed(error.into()),
    };
    *response.body_mut() = Body::from_stream(chunks(framing, bytes));
    response
    // ANCHOR_END: cut-answer
}

/// The lines around the parts, and the length of the complete body.
struct Framing {
    parts: Vec<Part>,
    /// The last line, preceded by a line break.
    last: String,
    /// The length of the complete body, in bytes.
    length: u64,
}

/// Makes the framing for these ranges of a file of `whole` bytes. Each
/// range becomes a part of media type `kind`.
///
/// Each part is preceded by four lines: two dashes and the boundary;
/// `Content-Type`; `Content-Range`, whose value [`place`] returns; and
/// an empty line. Before all of that comes a CR LF, except in the first
/// part. After the last part come CR LF, two dashes, the boundary, two
/// dashes, and CR LF. So the length is known before a byte is read.
fn frame(
    ranges: Vec<Range<u64>>,
    boundary: &str,
    kind: &str,
    whole: u64,
) -> Framing {
    //? todo!("chapter 10: {} parts of {whole} bytes", ranges.len())
    // ANCHOR: cut-frame
    let last = format!("\r\n--{boundary}--\r\n");
    let mut length = last.len() as u64;
    let mut parts = Vec::new();
    for range in ranges {
        let before = if parts.is_empty() { "" } else { "\r\n" };
        let place = place(&range, whole);
        let head = format!(
            "{before}--{boundary}\r\nContent-Type: {kind}\r\n\
             Content-Range: {place}\r\n\r\n"
        );
        length += head.len() as u64 + range.end - range.start;
        parts.push(Part { head, range });
    }
    Framing {
        parts,
        last,
        length,
    }
    // ANCHOR_END: cut-frame
}

/// Returns the chunks of the body: for each part, the lines before it
/// and its bytes, and after all parts, the last line.
///
/// `bytes` opens a part. It's called when everything before that part
/// has been taken, so only one part is open at a time.
fn chunks(
    framing: Framing,
    mut bytes: impl FnMut(Range<u64>) -> ChunkStream + Send + 'static,
) -> ChunkStream {
    //? todo!("chapter 10: a body of {} bytes", framing.length)
    // ANCHOR: cut-chunks
    let parts = stream::iter(framing.parts).flat_map(move |part| {
        let head = stream::iter([Ok(Bytes::from(part.head))]);
        head.chain(bytes(part.range))
    });
    let last = stream::iter([Ok(Bytes::from(framing.last))]);
    parts.chain(last).boxed()
    // ANCHOR_END: cut-chunks
}

/// Returns a body that only fails.
fn failed(error: BoxError) -> ChunkStream {
    stream::iter([Err(error)]).boxed()
}

/// Returns a random boundary, which almost certainly occurs in no part.
/// A client can also find the parts by their `Content-Range`.
fn boundary() -> String {
    let odd = getrandom::u64();
    // Without random numbers, any boundary is as good as another.
    format!("part-{:016x}", odd.unwrap_or_default())
}
