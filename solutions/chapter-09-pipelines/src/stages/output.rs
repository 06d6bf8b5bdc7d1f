//! What a stage writes to.
//!
//! Given: it sends, closes, or fails; your stages only send.

use bytes::Bytes;
use watermark::Producer;

use crate::PipelineError;

/// The way out of a stage: the queue of the next one.
///
/// Dropped without an end, it lets the next stage know that
/// something is missing.
#[derive(Debug)]
pub struct Output {
    producer: Producer<Bytes>,
}

impl Output {
    /// Writes into the queue of this producer.
    pub fn new(producer: Producer<Bytes>) -> Self {
        Self { producer }
    }

    /// Sends a chunk, and waits while the next stage has enough.
    /// An empty chunk is not sent.
    ///
    /// [`PipelineError::Stopped`] when the next stage has left:
    /// then nobody wants the rest.
    pub async fn send(
        &mut self,
        chunk: Bytes,
    ) -> Result<(), PipelineError> {
        if !chunk.is_empty() {
            self.producer.send(chunk).await?;
        }
        Ok(())
    }

    /// Says that this was all.
    pub(crate) fn close(self) {
        self.producer.close();
    }

    /// Says that no more comes, and why. The next stage gets what
    /// was sent before, and then this error.
    pub(crate) fn fail(self, error: PipelineError) {
        self.producer.fail(error.into());
    }
}
