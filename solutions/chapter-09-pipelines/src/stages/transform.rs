//! The trait for what a stage does with its bytes.

use bytes::Bytes;

use crate::{Output, PipelineError};

/// Changes bytes on their way. Implement both methods as
/// `async fn`.
///
/// A chunk isn't a unit, because the bytes may be split anywhere. A
/// transform keeps what's unfinished at the end of a chunk for the
/// next one.
pub trait Transform: Send + 'static {
    /// Transforms one chunk, and sends the result: no chunk, one,
    /// or many. Each `output.send(…).await?` waits while the next
    /// stage has enough.
    fn transform(
        &mut self,
        input: Bytes,
        output: &mut Output,
    ) -> impl Future<Output = Result<(), PipelineError>> + Send;

    /// Sends what's left. Called once, after the last chunk, and
    /// never after an error, because what's left then is
    /// incomplete.
    fn finish(
        &mut self,
        output: &mut Output,
    ) -> impl Future<Output = Result<(), PipelineError>> + Send;
}
