//! A stage that counts bytes and fails above a limit.
//!
//! We provide this file, because you wrote a stage like it in chapter
//! 9.

use bytes::Bytes;
use pipelines::{Output, PipelineError, Transform};

use crate::UploadError;

/// Passes bytes on unchanged, up to a limit. The first byte above the
/// limit is the error [`UploadError::TooLarge`].
///
/// It counts the bytes that pass through it, so it has to come after
/// the decompressor in order to limit the bytes on disk.
#[derive(Debug)]
pub struct ByteLimit {
    limit: u64,
    left: u64,
}

impl ByteLimit {
    /// Limits the stage to this many bytes.
    pub fn new(limit: u64) -> Self {
        Self { limit, left: limit }
    }
}

impl Transform for ByteLimit {
    async fn transform(
        &mut self,
        input: Bytes,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        let left = self.left.checked_sub(input.len() as u64);
        self.left = left.ok_or_else(|| {
            let limit = self.limit;
            PipelineError::Stage(UploadError::TooLarge { limit }.into())
        })?;
        output.send(input).await
    }

    async fn finish(
        &mut self,
        _: &mut Output,
    ) -> Result<(), PipelineError> {
        Ok(())
    }
}
