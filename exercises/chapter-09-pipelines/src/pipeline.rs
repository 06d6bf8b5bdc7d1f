//! Connects a source, stages and a sink that end together.

use futures_util::StreamExt;
use tokio::task::JoinSet;
use watermark::{Watermarks, queue};

use crate::{Output, PipelineError, Sink, Source, Stage};

/// Sends all of `source` through `stages` into `sink`, finishes the
/// sink, and returns it.
///
/// There's a queue with these `marks` before each stage and before the
/// sink, and the sink holds one more chunk. So if the sink stalls, the
/// source stops. If the stages don't change the length of the chunks,
/// at most `(stages + 1) * (high - 1 + chunk) + chunk` bytes have been
/// read that the sink hasn't written.
///
/// `Ok` means that every byte was written and that the sink has
/// finished. After its end or its error, the source isn't polled
/// anymore.
///
/// Dropping the future drops the source, the stages, and the sink, even
/// if a stage is waiting inside `transform` or `finish`. While the
/// pipeline waits, it's polled only when something has changed. Must be
/// called inside a runtime.
///
/// # Errors
///
/// The first error ends everything and is returned unchanged, as
/// [`PipelineError::Source`], `Stage` or `Sink`. The error follows the
/// chunks that were sent before it, so a sink that stalls gets it only
/// when it continues. `finish` isn't called on the sink. A stage that
/// panics causes `Stopped` or a panic, never `Ok`.
pub async fn pipeline<K: Sink>(
    source: Source,
    stages: Vec<Stage>,
    mut sink: K,
    marks: Watermarks,
) -> Result<K, PipelineError> {
    todo!("chapter 9: {} stages, {marks:?}", stages.len())
}

/// Sends all of `source` to `output`, and closes it.
///
/// If the source fails, the output fails with
/// [`PipelineError::Source`]. If a send fails, the next stage is gone,
/// so the source isn't polled again.
async fn feed(mut source: Source, mut output: Output) {
    todo!("chapter 9: feed the output")
}
