//! A limit on how many short chunks a body may have.
//!
//! We provide this file: it's two counters.

use bytes::Bytes;
use futures_util::StreamExt;
use pipelines::{BoxError, Source};

use crate::UploadError;

/// This many chunks may have any length, because a slow program may
/// send its data line by line.
const FREE: u64 = 16 * 1024;
/// With more chunks than that, they must have at least this many bytes
/// on average.
const AVERAGE: u64 = 64;

/// Counts the chunks of one body, and limits how many of them may be
/// short.
///
/// Each chunk takes about a microsecond of processor time, however
/// short it is. A MiB in chunks of one byte is a million chunks, and
/// takes several hundred times as long as a MiB in long chunks, so a
/// few such clients would keep the whole server busy. No program sends
/// such chunks by accident.
#[derive(Debug, Default)]
pub struct ChunkCount {
    chunks: u64,
    bytes: u64,
}

impl ChunkCount {
    /// Counts one more chunk.
    pub fn add(&mut self, chunk: &Bytes) -> Result<(), BoxError> {
        self.chunks += 1;
        self.bytes += chunk.len() as u64;
        if self.chunks > FREE + self.bytes / AVERAGE {
            Err(UploadError::TooFine.into())
        } else {
            Ok(())
        }
    }
}

/// Returns the same chunks, and fails if there are too many short ones.
pub(crate) fn coarse(source: Source) -> Source {
    let mut count = ChunkCount::default();
    let counted = move |chunk: Result<Bytes, _>| {
        let chunk = chunk?;
        count.add(&chunk)?;
        Ok(chunk)
    };
    source.map(counted).boxed()
}
