//! A stage: a transform between two queues.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use watermark::Consumer;

use crate::{Output, Transform};

/// Gives each chunk of `input` to the transform, in order, then
/// finishes it and closes the output.
///
/// The first error ends the stage: that of the input, or that of
/// the transform. It goes on to the output as it is
/// ([`Output`]'s `fail`), and nothing follows it: no chunk, no
/// `finish`, no `close`. An input that vanished is such an error,
/// and no end.
pub async fn run_stage<T: Transform>(
    mut transform: T,
    mut input: Consumer<Bytes>,
    mut output: Output,
) {
    let verdict = loop {
        let chunk = match input.pop().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break transform.finish(&mut output).await,
            Err(lost) => break Err(lost.into()),
        };
        let sent = transform.transform(chunk, &mut output).await;
        if sent.is_err() {
            break sent;
        }
    };
    match verdict {
        Ok(()) => output.close(),
        Err(why) => output.fail(why),
    }
}

/// Any transform, so that a list can hold stages of many kinds.
pub struct Stage {
    run: Run,
}

/// What a stage will do once it has its queues.
type Run = Box<
    dyn FnOnce(Consumer<Bytes>, Output) -> BoxFuture<'static, ()>
        + Send,
>;

impl Stage {
    /// A stage of this transform.
    pub fn new<T: Transform>(transform: T) -> Self {
        let run = move |input, output| -> BoxFuture<'static, ()> {
            Box::pin(run_stage(transform, input, output))
        };
        Self { run: Box::new(run) }
    }

    /// Runs it between these queues, as [`run_stage`] does. The
    /// future can be a task of its own; dropped, it stops.
    pub fn run(
        self,
        input: Consumer<Bytes>,
        output: Output,
    ) -> BoxFuture<'static, ()> {
        (self.run)(input, output)
    }
}
