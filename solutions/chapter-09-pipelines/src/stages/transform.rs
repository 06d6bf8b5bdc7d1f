//! What a stage does with its bytes.
//!
//! Given: a trait; your stages implement it.

use bytes::Bytes;

use crate::{Output, PipelineError};

/// Changes bytes on their way. Write both as `async fn`.
///
/// A chunk isn't an unit: the bytes may be cut anywhere. What is
/// unfinished at the end of a chunk is kept for the next one.
pub trait Transform: Send + 'static {
    /// Takes one chunk, and sends what comes of it: nothing, one
    /// chunk or many. Each `output.send(…).await?` waits while
    /// the next stage has enough.
    fn transform(
        &mut self,
        input: Bytes,
        output: &mut Output,
    ) -> impl Future<Output = Result<(), PipelineError>> + Send;

    /// Sends what is left. Called once, after the last chunk, and
    /// never after an error: what is left then is not whole.
    fn finish(
        &mut self,
        output: &mut Output,
    ) -> impl Future<Output = Result<(), PipelineError>> + Send;
}
