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
    /// A neighbor is gone and didn't say why: the next stage takes
    /// no more chunks, or the stage before has vanished.
    #[error("the stage beside this one has left")]
    Stopped,
}

impl From<QueueError> for PipelineError {
    /// Unwraps the cause of a queue that failed, so an error that
    /// has passed through three queues is unchanged. A cause that
    /// isn't a `PipelineError` came from a source. All other ends
    /// become [`Stopped`](Self::Stopped).
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
