//! The output of a stage.

use bytes::Bytes;
use watermark::Producer;

use crate::PipelineError;

/// The output of a stage, which is the queue before the next one.
///
/// If it's dropped without being closed, the next stage learns that
/// something is missing.
#[derive(Debug)]
pub struct Output {
    producer: Producer<Bytes>,
}

impl Output {
    /// Creates an output that sends to this producer.
    pub fn new(producer: Producer<Bytes>) -> Self {
        Self { producer }
    }

    /// Sends a chunk, and waits while the next stage has enough.
    /// Empty chunks are skipped.
    ///
    /// # Errors
    ///
    /// [`PipelineError::Stopped`] if the next stage is gone, so
    /// nobody wants the rest.
    pub async fn send(
        &mut self,
        chunk: Bytes,
    ) -> Result<(), PipelineError> {
        if !chunk.is_empty() {
            self.producer.send(chunk).await?;
        }
        Ok(())
    }

    /// Closes the queue: every chunk has been sent.
    pub(crate) fn close(self) {
        self.producer.close();
    }

    /// Fails the queue. The next stage gets what was sent before,
    /// and then this error.
    pub(crate) fn fail(self, error: PipelineError) {
        self.producer.fail(error.into());
    }
}
