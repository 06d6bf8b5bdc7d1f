//! The type of a source, and a source that reads a file.

use std::fs::File;

use buffers::{Chunks, detach};
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::task::spawn_blocking;
use watermark::BoxError;

/// The input of a pipeline: a stream of chunks, in order, or an error.
/// A source is pulled, so it reads only when it's polled.
pub type Source = BoxStream<'static, Result<Bytes, BoxError>>;

/// Returns the bytes of `file`, from its current position to its end,
/// in chunks of at most `chunk` bytes.
///
/// Reads block, so each of them runs on the blocking pool. If a read
/// fails, its error is the last item.
pub fn file_source(file: File, chunk: usize) -> Source {
    let chunks = Some(Chunks::new(file, chunk));
    stream::unfold(chunks, move |chunks| next(chunks, chunk)).boxed()
}

/// Reads one chunk. Returns the chunk together with the reader for the
/// next one, or without it after an error.
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
        // A view would keep a whole block alive, but count only as its
        // own length.
        chunk = detach(&chunk);
    }
    Some((Ok(chunk), Some(chunks)))
}
