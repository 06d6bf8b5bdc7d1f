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

/// One part: the lines before its bytes, and where they are.
struct Part {
    head: String,
    range: Range<u64>,
}

/// The answer with several parts (RFC 9110, section 14.6): each
/// with its type and its place, between boundaries. Its length is
/// known, for everything in it is.
///
/// The status is 206, [`Opened::describe`] writes the fields about
/// the file, and then come `Content-Type`, which names the
/// boundary, and `Content-Length`.
///
/// `body` makes the body of one part, of a file of its own
/// (`try_clone`). A clone that fails is a body that fails
/// ([`failed`]). It is called when the part before it has been sent,
/// so one part is open at a time.
pub(crate) fn answer(
    opened: Opened,
    ranges: Vec<Range<u64>>,
    body: impl Fn(std::fs::File, Range<u64>) -> FileBody + Send + 'static,
) -> Response {
    todo!("chapter 10: {} parts", ranges.len())
}

/// The lines around the parts, and the length of the whole body.
struct Framing {
    parts: Vec<Part>,
    /// The last line, with the line end before it.
    last: String,
    /// Bytes of the whole body.
    length: u64,
}

/// Frames these ranges of a file of `whole` bytes, each a part of
/// the media type `kind`.
///
/// Before each part stand CR LF (but not before the first one), two
/// dashes and the boundary, and on lines of their own
/// `Content-Type`, `Content-Range` ([`place`] has its value), and
/// nothing. After the last part stand CR LF, two dashes, the
/// boundary, two dashes and CR LF. So the length is known before a
/// byte is read.
fn frame(
    ranges: Vec<Range<u64>>,
    boundary: &str,
    kind: &str,
    whole: u64,
) -> Framing {
    todo!("chapter 10: {} parts of {whole} bytes", ranges.len())
}

/// Returns the chunks of the body: the lines before each part and its
/// bytes, in order, and then the last line.
///
/// `bytes` opens a part. It's called when everything before that part
/// has been taken, so only one part is open at a time.
fn chunks(
    framing: Framing,
    mut bytes: impl FnMut(Range<u64>) -> ChunkStream + Send + 'static,
) -> ChunkStream {
    todo!("chapter 10: a body of {} bytes", framing.length)
}

/// Returns a body that only fails.
fn failed(error: BoxError) -> ChunkStream {
    stream::iter([Err(error)]).boxed()
}

/// A line that no part holds, as far as anybody can know: it is
/// random. A client may look for the places in `Content-Range`
/// instead.
fn boundary() -> String {
    let odd = getrandom::u64();
    // Without random numbers, one boundary is as good as another.
    format!("part-{:016x}", odd.unwrap_or_default())
}
