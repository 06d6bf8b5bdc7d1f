//! Runs checks with asynchronous code.

use std::pin::Pin;
use std::time::Duration;

use lab::Steps;
use tokio::runtime::{Builder, Runtime};

/// How long threads of the blocking pool get to finish after the body. Tasks are
/// aborted at once.
const GRACE: Duration = Duration::from_secs(1);

/// Runs `body` as a check ([`lab::check()`]) on a runtime with two worker threads.
#[track_caller]
pub fn check(body: impl AsyncFnOnce(Steps)) {
    let mut builder = Builder::new_multi_thread();
    run(builder.worker_threads(2).enable_all(), body);
}

/// Runs `body` in the same way, but with a single thread for the body, all tasks,
/// sockets, and timers, so that a blocking call blocks everything.
#[track_caller]
pub fn check_on_one_thread(body: impl AsyncFnOnce(Steps)) {
    run(Builder::new_current_thread().enable_all(), body);
}

/// Runs `body` in the same way, but with a paused clock: time passes only when every
/// task is waiting, or by [`tokio::time::advance`].
///
/// Works only with in-memory transports whose peers are tasks of the same check. While
/// a thread of the blocking pool works, all tasks are waiting, so reading a file would
/// make the clock jump. Sockets would, too, so this runtime has none.
#[track_caller]
pub fn check_paused(body: impl AsyncFnOnce(Steps)) {
    let mut builder = Builder::new_current_thread();
    run(builder.enable_time().start_paused(true), body);
}

/// Boxes the body's future to hide its type. Otherwise every check would compile its
/// own copy of the runtime, which would take most of the time of a build after an edit.
type Running<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

#[track_caller]
fn run<'a>(builder: &mut Builder, body: impl AsyncFnOnce(Steps) + 'a) {
    run_boxed(builder, Box::new(|steps| Box::pin(body(steps))));
}

#[track_caller]
fn run_boxed<'a>(
    builder: &mut Builder,
    body: Box<dyn FnOnce(Steps) -> Running<'a> + 'a>,
) {
    lab::panics::know_tasks_by(|| tokio::task::try_id().is_some());
    lab::check(|steps| {
        // This fails only on a machine without free threads or file descriptors.
        let runtime = builder.build().expect("the runtime starts");
        let runtime = Ending(Some(runtime));
        if let Some(runtime) = &runtime.0 {
            runtime.block_on(body(steps));
        }
    });
}

/// Shuts the runtime down together with the body, even if the body panics, because
/// tasks that run longer would belong to no check. Just dropping the runtime would wait
/// for blocking threads forever.
struct Ending(Option<Runtime>);

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_timeout(GRACE);
        }
    }
}
