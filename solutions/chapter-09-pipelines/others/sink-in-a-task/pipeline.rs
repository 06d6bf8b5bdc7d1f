//! A pipeline: a source, stages and a sink that end together.

use watermark::Watermarks;

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
    use tokio::task::JoinSet;
    use watermark::queue;
    let mut running: JoinSet<Result<Option<K>, PipelineError>> = JoinSet::new();
    let (producer, mut input) = queue(marks);
    running.spawn(async move {
        feed(source, Output::new(producer)).await;
        Ok(None)
    });
    for stage in stages {
        let (producer, next) = queue(marks);
        let stage = stage.run(input, Output::new(producer));
        running.spawn(async move {
            stage.await;
            Ok(None)
        });
        input = next;
    }
    running.spawn(async move {
        let mut sink = sink;
        while let Some(chunk) = input.pop().await? {
            sink.write(chunk).await.map_err(PipelineError::Sink)?;
        }
        sink.finish().await.map_err(PipelineError::Sink)?;
        Ok(Some(sink))
    });
    let end = loop {
        match running.join_next().await {
            // A stage that panicked: the sink hears of it.
            Some(Ok(Ok(None)) | Err(_)) => {}
            Some(Ok(Ok(Some(sink)))) => break Ok(sink),
            Some(Ok(Err(error))) => break Err(error),
            None => break Err(PipelineError::Stopped),
        }
    };
    running.shutdown().await;
    end
}

/// Sends all of the source to `output`, and closes it; an error
/// of the source goes on to the output, as
/// [`PipelineError::Source`]. Ends when nobody wants the rest.
async fn feed(source: Source, output: Output) {
    use futures_util::StreamExt;
    let (mut source, mut output) = (source, output);
    let error = loop {
        let Some(chunk) = source.next().await else {
            return output.close();
        };
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(error) => break PipelineError::Source(error),
        };
        if let Err(error) = output.send(chunk).await {
            break error;
        }
    };
    output.fail(error);
}
