//! A pipeline: a source, stages and a sink that end together.

use std::convert::Infallible;
use std::future::pending;
use std::mem;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use watermark::{Consumer, Watermarks, queue};

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
///
/// Dropped, it stops all: source, stages and sink are dropped.
/// Must be called inside a runtime.
pub async fn pipeline<K: Sink>(
    source: Source,
    stages: Vec<Stage>,
    sink: K,
    marks: Watermarks,
) -> Result<K, PipelineError> {
    let (first, mut last) = queue(marks);
    let crew = FuturesUnordered::new();
    crew.push(feed(source, Output::new(first)).boxed());
    for stage in stages {
        let (producer, consumer) = queue(marks);
        let input = mem::replace(&mut last, consumer);
        crew.push(stage.run(input, Output::new(producer)));
    }
    // No task is started: whoever drops this future drops them.
    tokio::select! {
        drained = drain(last, sink) => drained,
        never = work(crew) => match never {},
    }
}

/// Lets source and stages go on, and says nothing of their ends:
/// their queues do.
async fn work<F>(mut crew: FuturesUnordered<F>) -> Infallible
where
    F: Future<Output = ()>,
{
    while crew.next().await.is_some() {}
    pending().await
}

/// Writes what comes to the sink; only an end finishes it.
async fn drain<K: Sink>(
    mut input: Consumer<Bytes>,
    mut sink: K,
) -> Result<K, PipelineError> {
    while let Some(chunk) = input.pop().await? {
        sink.write(chunk).await.map_err(PipelineError::Sink)?;
    }
    sink.finish().await.map_err(PipelineError::Sink)?;
    Ok(sink)
}

/// Sends all of the source to `output`, and closes it; an error
/// of the source goes on to the output, as
/// [`PipelineError::Source`]. Ends when nobody wants the rest.
async fn feed(mut source: Source, mut output: Output) {
    while let Some(item) = source.next().await {
        match item {
            Ok(chunk) => {
                if output.send(chunk).await.is_err() {
                    return;
                }
            }
            Err(broken) => {
                return output.fail(PipelineError::Source(broken));
            }
        }
    }
    output.close();
}
