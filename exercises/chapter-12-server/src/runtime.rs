//! The runtime of the program.

use std::io;

use tokio::runtime::Builder;

/// Runs `work` on a runtime with a thread for each core, and
/// gives its result as soon as it is there.
///
/// Work on the blocking pool cannot be cancelled, only left. A
/// runtime that is dropped waits for it, without a limit: one
/// read from a dead disk, and the process never ends. This one
/// does not wait.
pub fn on_runtime<F: Future>(work: F) -> io::Result<F::Output> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(result)
}
