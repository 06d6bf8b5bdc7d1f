//! A stage that counts, and has enough at some point.
//!
//! Given: chapter 9's exercise had a stage like this.

use bytes::Bytes;
use pipelines::{Output, PipelineError, Transform};

use crate::UploadError;

/// Passes bytes on as they are, up to a limit. The first byte
/// above it is [`UploadError::TooLarge`].
///
/// It counts what passes here. Behind a decompressor, that is
/// what reaches the disk; before it, it is not.
#[derive(Debug)]
pub struct ByteLimit {
    limit: u64,
    left: u64,
}

impl ByteLimit {
    /// At most so many bytes.
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
