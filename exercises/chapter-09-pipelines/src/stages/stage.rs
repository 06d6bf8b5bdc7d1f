//! Runs a transform between two queues.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use watermark::Consumer;

use crate::{Output, Transform};

/// Passes each chunk of `input` to `transform`, in order, then finishes
/// the transform and closes `output`.
///
/// It takes a chunk only when the transform is done with the previous
/// one, so all waiting chunks are in a queue.
///
/// The first error of the input or of the transform ends the stage. The
/// output fails with that error, unchanged, and nothing follows it: no
/// chunk, no `finish`, no `close`. If the input's producer was dropped
/// without ending its queue, that counts as an input error, too.
///
/// An empty chunk isn't the end of the input. While a stage waits, it's
/// polled only when something has changed.
pub async fn run_stage<T: Transform>(
    mut transform: T,
    mut input: Consumer<Bytes>,
    mut output: Output,
) {
    todo!("chapter 9: from the input to the output")
}

/// A stage with any transform, so that one list can hold different
/// kinds of stages.
pub struct Stage {
    run: Run,
}

/// What a stage does once it has its two queues.
type Run = Box<
    dyn FnOnce(Consumer<Bytes>, Output) -> BoxFuture<'static, ()>
        + Send,
>;

impl Stage {
    /// Creates a stage from a transform.
    pub fn new<T: Transform>(transform: T) -> Self {
        let run = move |input, output| -> BoxFuture<'static, ()> {
            Box::pin(run_stage(transform, input, output))
        };
        Self { run: Box::new(run) }
    }

    /// Runs the stage between these queues, as [`run_stage`] does.
    /// The future can be spawned as a task, and dropping it stops
    /// the stage.
    pub fn run(
        self,
        input: Consumer<Bytes>,
        output: Output,
    ) -> BoxFuture<'static, ()> {
        (self.run)(input, output)
    }
}
