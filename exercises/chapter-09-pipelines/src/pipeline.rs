//! A pipeline: a source, stages and a sink that end together.

use futures_util::StreamExt;
use tokio::task::JoinSet;
use watermark::{Watermarks, queue};

use crate::{Output, PipelineError, Sink, Source, Stage};

/// Sends all of `source` through the stages into the sink, then
/// finishes the sink and gives it back.
///
/// A queue with these marks stands before each stage and before
/// the sink, and the sink has one chunk in its hands. So a sink
/// that stalls stops the source: with stages that do not change
/// the length of chunks, at most
/// `(stages + 1) * (high - 1 + chunk) + chunk` bytes are read that
/// the sink has not written.
///
/// The first error ends all, and comes back as it was:
/// [`PipelineError::Source`], `Stage` or `Sink`. A source or a
/// stage that waits is ended too, and the sink is not finished.
/// The error travels behind what was sent before it: a sink that
/// stalls hears of it when it goes on. `Ok` means that every byte
/// was written and the sink has finished, and nothing else does.
/// After its end, and after its error, the source is not polled.
/// A stage that panics gives `Stopped` or a panic, never `Ok`.
///
/// Dropped, it stops all: source, stages and sink are dropped,
/// also a stage that waits inside `transform` or `finish`.
/// While it waits, it is polled when there is news, and not over
/// and over. Must be called inside a runtime.
pub async fn pipeline<K: Sink>(
    source: Source,
    stages: Vec<Stage>,
    mut sink: K,
    marks: Watermarks,
) -> Result<K, PipelineError> {
    todo!("chapter 9: {} stages, {marks:?}", stages.len())
}

/// Sends all of the source to `output`, and closes it; an error
/// of the source goes on to the output, as
/// [`PipelineError::Source`]. Ends when nobody wants the rest:
/// then the source is not polled again.
async fn feed(mut source: Source, mut output: Output) {
    todo!("chapter 9: feed the output")
}
