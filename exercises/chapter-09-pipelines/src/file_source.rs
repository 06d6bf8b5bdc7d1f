//! Sources, and one that reads a file.
//!
//! Given: chapter 6's `Chunks` behind a stream, on the blocking pool.

use std::fs::File;

use buffers::{Chunks, detach};
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::task::spawn_blocking;
use watermark::BoxError;

/// Where the bytes of a pipeline come from: chunks in order, each
/// of them or an error. It is pulled, so it reads when it is
/// asked.
pub type Source = BoxStream<'static, Result<Bytes, BoxError>>;

/// The bytes of `file`, from where it stands to its end, in
/// chunks of at most `chunk` bytes.
///
/// Reads block, so they happen on the blocking pool: one for each
/// chunk. An error of the file is the last item.
pub fn file_source(file: File, chunk: usize) -> Source {
    let chunks = Some(Chunks::new(file, chunk));
    stream::unfold(chunks, move |chunks| next(chunks, chunk)).boxed()
}

/// One read. Gives what the next one needs; nothing after an
/// error.
async fn next(
    chunks: Option<Chunks<File>>,
    size: usize,
) -> Option<(Result<Bytes, BoxError>, Option<Chunks<File>>)> {
    let mut chunks = chunks?;
    let reading = spawn_blocking(move || {
        let read = chunks.next();
        (chunks, read)
    });
    let (chunks, read) = match reading.await {
        Ok(back) => back,
        Err(error) => return Some((Err(error.into()), None)),
    };
    let mut chunk = match read.transpose()? {
        Ok(chunk) => chunk,
        Err(error) => return Some((Err(error.into()), None)),
    };
    if chunk.len() < size / 2 {
        // A view of a whole block would weigh too little.
        chunk = detach(&chunk);
    }
    Some((Ok(chunk), Some(chunks)))
}
