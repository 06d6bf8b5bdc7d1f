//! Checks with asynchronous code.

use std::pin::Pin;
use std::time::Duration;

use lab::Steps;
use tokio::runtime::{Builder, Runtime};

/// How long blocking threads get to end after the body. Tasks end at once.
const GRACE: Duration = Duration::from_secs(1);

/// Runs `body` as a check ([`lab::check()`]) on a runtime with two worker threads.
#[track_caller]
pub fn check(body: impl AsyncFnOnce(Steps)) {
    let mut builder = Builder::new_multi_thread();
    run(builder.worker_threads(2).enable_all(), body);
}

/// The same with a single thread for the body, all tasks, sockets and timers: what
/// blocks it blocks everything.
#[track_caller]
pub fn check_on_one_thread(body: impl AsyncFnOnce(Steps)) {
    run(Builder::new_current_thread().enable_all(), body);
}

/// The same with a clock that stands still: an hour passes as soon as every task
/// waits, or by [`tokio::time::advance`].
///
/// Only for in-memory transports, with the peers as tasks of the same check. A
/// blocking thread is not a waiting task, so files make the clock jump; sockets
/// do too, and this runtime has none.
#[track_caller]
pub fn check_paused(body: impl AsyncFnOnce(Steps)) {
    let mut builder = Builder::new_current_thread();
    run(builder.enable_time().start_paused(true), body);
}

/// The future of a body, without its type: else every check compiles a runtime of
/// its own, which is most of what an edit costs.
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
        // Fails only on a machine without threads or file descriptors.
        let runtime = builder.build().expect("the runtime starts");
        let runtime = Ending(Some(runtime));
        if let Some(runtime) = &runtime.0 {
            runtime.block_on(body(steps));
        }
    });
}

/// Ends the runtime with the body, also when the body panics: what its tasks do
/// later belongs to no check. A plain drop would wait for blocking threads
/// forever.
struct Ending(Option<Runtime>);

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_timeout(GRACE);
        }
    }
}
