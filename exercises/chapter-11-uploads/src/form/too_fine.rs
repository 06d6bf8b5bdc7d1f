//! A limit on how finely a body is divided.
//!
//! Given: two counters.

use bytes::Bytes;
use futures_util::StreamExt;
use pipelines::{BoxError, Source};

use crate::UploadError;

/// So many chunks are free: a slow program may write line by line.
const FREE: u64 = 16 * 1024;
/// After them, a chunk has at least so many bytes on average.
const AVERAGE: u64 = 64;

/// The chunks of one body, which have to be worth their cost.
///
/// Each chunk takes about a microsecond of processor time, however
/// short it is. A MiB in chunks of one byte is a million of them,
/// and takes several hundred times as long as a MiB in long ones:
/// a few such clients would keep the whole server busy. No program
/// sends so by accident.
#[derive(Debug, Default)]
pub struct ChunkCount {
    chunks: u64,
    bytes: u64,
}

impl ChunkCount {
    /// Counts one more.
    ///
    /// # Errors
    ///
    /// [`UploadError::TooFine`] once there are more than 16,384
    /// chunks whose average is below 64 bytes.
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

/// The same chunks, as long as they are worth their cost.
pub(crate) fn coarse(source: Source) -> Source {
    let mut count = ChunkCount::default();
    let counted = move |chunk: Result<Bytes, _>| {
        let chunk = chunk?;
        count.add(&chunk)?;
        Ok(chunk)
    };
    source.map(counted).boxed()
}
