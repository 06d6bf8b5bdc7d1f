//! The reasons why a pipeline can fail.

use std::io;

use watermark::{BoxError, QueueError};

/// Why a pipeline didn't complete: which part failed, and with
/// which error.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The source failed. Holds its error.
    #[error("the source failed: {0}")]
    Source(BoxError),
    /// A stage failed. Holds its error.
    #[error("a stage failed: {0}")]
    Stage(BoxError),
    /// The sink failed. Holds its error.
    #[error("the sink failed: {0}")]
    Sink(io::Error),
    /// A neighboring part is gone without an error: the next stage
    /// takes no more chunks, or the previous one was dropped before its
    /// end.
    #[error("a neighboring stage stopped without an error")]
    Stopped,
}

impl From<QueueError> for PipelineError {
    /// Unwraps the error with which a queue failed, so that an error is
    /// still the same after three queues. An error that isn't a
    /// `PipelineError` came from a source. Every other `QueueError`
    /// becomes [`Stopped`](Self::Stopped).
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Failed(cause) => match cause.downcast() {
                Ok(cause) => *cause,
                Err(cause) => Self::Source(cause),
            },
            QueueError::Closed | QueueError::Abandoned => Self::Stopped,
        }
    }
}
