//! A body as whoever sends it sees it: chunk by chunk.

use std::fmt;
use std::io::{self, Read, Seek};
use std::ops::Range;

use backpressure::{
    AbortOnDrop, BoxError, FileBody, chunk_stream, fill,
};
use bytes::Bytes;
use http_body_util::BodyExt;
use lab::Steps;
use lab::payload::Verifier;
use lab::work::CallCounter;
use tokio::task::spawn_blocking;
use tokio::time::{Duration, sleep, timeout};
use watermark::{Watermarks, queue};

use crate::PATIENCE;

/// Whose promise it is. A body may be made without `fill`, so what
/// a body does says nothing about it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// `FileBody::queued`.
    Queued,
    /// `fill`, into a queue that the check has made, and the given
    /// code behind it.
    Filled,
}

/// Both of them.
pub const WAYS: [Way; 2] = [Way::Queued, Way::Filled];

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Queued => "`queued`",
            Self::Filled => "`fill` by itself",
        })
    }
}

impl Way {
    /// The body of a range.
    pub fn body<R: Read + Seek + Send + 'static>(
        self,
        source: R,
        range: Range<u64>,
        mark: usize,
    ) -> FileBody {
        if self == Self::Queued {
            return FileBody::queued(source, range, mark);
        }
        let length = range.end.saturating_sub(range.start);
        let (producer, consumer) =
            queue(Watermarks::new(mark / 2, mark));
        let reading = Box::pin(fill(source, range, producer));
        let chunks =
            chunk_stream(consumer, AbortOnDrop::spawn(reading));
        FileBody::new(chunks, length)
    }
}

/// The next chunk, or the error in its place.
pub async fn next(
    steps: &Steps,
    body: &mut FileBody,
) -> Option<Result<Bytes, BoxError>> {
    let frame = timeout(PATIENCE, body.frame()).await;
    let frame = steps.succeeds("the body continues", frame)?;
    // A file has no trailers.
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()))
}

/// The next chunk, which must be there.
pub async fn chunk(steps: &Steps, body: &mut FileBody) -> Bytes {
    match next(steps, body).await {
        Some(chunk) => steps.succeeds("a chunk", chunk),
        None => steps.fail("a chunk", "the end of the body"),
    }
}

/// Takes what is left as fast as it comes. Gives how many bytes
/// that was.
pub async fn rest(
    steps: &Steps,
    body: &mut FileBody,
    verifier: &mut Verifier,
) -> u64 {
    let mut bytes = 0;
    while let Some(chunk) = next(steps, body).await {
        let chunk = steps.succeeds("a chunk", chunk);
        bytes += chunk.len() as u64;
        verifier.feed(&chunk);
    }
    bytes
}

/// The error that ends a body. `None` when it ends as if it were
/// complete.
pub async fn failure(
    steps: &Steps,
    mut body: FileBody,
) -> Option<BoxError> {
    loop {
        match next(steps, &mut body).await? {
            Ok(_) => {}
            Err(error) => return Some(error),
        }
    }
}

/// The kind of an error of the disk. `None`: it is another error.
pub fn kind(error: &Option<BoxError>) -> Option<io::ErrorKind> {
    let error = error.as_ref()?.downcast_ref::<io::Error>();
    error.map(io::Error::kind)
}

/// Waits until nothing more is read. A reader that has not begun
/// yet looks the same: who asks often enough sees it.
pub async fn settled(work: &CallCounter) {
    quiet(|| work.bytes()).await;
}

/// Waits until a count has been the same for thirty looks, with a
/// trip to the blocking pool between two of them.
pub async fn quiet(count: impl Fn() -> u64) {
    let (mut before, mut same) = (count(), 0);
    while same < 30 {
        sleep(Duration::from_millis(1)).await;
        // Reads are made there: they had their turn too.
        let _ = spawn_blocking(|| ()).await;
        let now = count();
        same = if now == before { same + 1 } else { 0 };
        before = now;
    }
}

/// Waits until something is so. `false`: it did not become so.
pub async fn until(mut so: impl FnMut() -> bool) -> bool {
    let looking = async {
        while !so() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, looking).await.is_ok()
}
