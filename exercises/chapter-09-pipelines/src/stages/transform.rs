//! The trait for the work of a stage: transforming bytes.

use bytes::Bytes;

use crate::{Output, PipelineError};

/// Changes bytes as they pass. Implement both methods as `async fn`.
///
/// Chunks may be split anywhere, so a chunk isn't a meaningful unit. If
/// something is unfinished at the end of a chunk, a transform keeps it
/// until the next one.
pub trait Transform: Send + 'static {
    /// Transforms one chunk, and sends the result, which may be any
    /// number of chunks. Each `output.send(…).await?` waits if the
    /// queue before the next stage is full.
    fn transform(
        &mut self,
        input: Bytes,
        output: &mut Output,
    ) -> impl Future<Output = Result<(), PipelineError>> + Send;

    /// Sends whatever is left. Called once, after the last chunk. Never
    /// called after an error, because the rest would be incomplete.
    fn finish(
        &mut self,
        output: &mut Output,
    ) -> impl Future<Output = Result<(), PipelineError>> + Send;
}
