//! The output of a stage.

use bytes::Bytes;
use watermark::Producer;

use crate::PipelineError;

/// The output of a stage, which is the queue before the next stage.
///
/// If the output is dropped without being closed, the next stage gets
/// an error, because chunks are missing.
#[derive(Debug)]
pub struct Output {
    producer: Producer<Bytes>,
}

impl Output {
    /// Creates an output that sends to this producer.
    pub fn new(producer: Producer<Bytes>) -> Self {
        Self { producer }
    }

    /// Sends a chunk, and waits if the queue before the next stage is
    /// full. Empty chunks are skipped.
    ///
    /// # Errors
    ///
    /// [`PipelineError::Stopped`] if the next stage is gone.
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

    /// Fails the queue. The next stage gets the chunks that were sent
    /// before, and then this error.
    pub(crate) fn fail(self, error: PipelineError) {
        self.producer.fail(error.into());
    }
}
