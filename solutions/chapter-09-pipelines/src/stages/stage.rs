//! A stage: a transform between two queues.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use watermark::Consumer;

use crate::{Output, Transform};

/// Gives each chunk of `input` to the transform, in order, then
/// finishes it and closes the output. It takes a chunk when the
/// transform is done with the one before, so whatever waits is in
/// a queue.
///
/// The first error ends the stage: that of the input, or that of
/// the transform. It goes on to the output as it is
/// ([`Output`]'s `fail`), and nothing follows it: no chunk, no
/// `finish`, no `close`. An input that vanished is such an error,
/// and no end.
///
/// An empty chunk is a chunk, and no end. While a stage waits, it
/// is polled when there is news, and not over and over.
pub async fn run_stage<T: Transform>(
    mut transform: T,
    mut input: Consumer<Bytes>,
    mut output: Output,
) {
    //? todo!("chapter 9: from the input to the output")
    // ANCHOR: cut-run_stage
    let working = async {
        while let Some(chunk) = input.pop().await? {
            transform.transform(chunk, &mut output).await?;
        }
        transform.finish(&mut output).await
    };
    match working.await {
        Ok(()) => output.close(),
        Err(error) => output.fail(error),
    }
    // ANCHOR_END: cut-run_stage
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
