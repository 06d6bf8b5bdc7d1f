//! Why a pipeline did not come to its end.
//!
//! Given: an error is a list; who returns which one is your part.

use std::io;

use watermark::{BoxError, QueueError};

/// Why a pipeline did not come to its end: who failed, and with
/// what.
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
    /// A neighbor left, and did not say why: the next stage
    /// takes nothing more, or the one before vanished.
    #[error("the stage beside this one has left")]
    Stopped,
}

impl From<QueueError> for PipelineError {
    /// A queue that failed gives its cause back: an error that
    /// has come through three queues is what it was. Whatever
    /// else filled a queue and failed was a source. All other
    /// ends are [`Stopped`](Self::Stopped).
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
