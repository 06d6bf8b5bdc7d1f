//! The runtime of the program.
//!
//! Given: settings of the runtime.

use std::io;

use tokio::runtime::Builder;

/// Threads of the blocking pool at most. Each keeps what it once
/// took: pages of its stack, and freed memory that the allocator
/// holds ready for it. Without a bound of ours tokio's is 512.
/// There are as many as ever worked at once, so resident memory
/// climbs by rare bursts, and little of it comes back.
const BLOCKING: usize = 64;

/// Runs `work` on a runtime with a thread for each core, and
/// gives its result as soon as it is there.
///
/// Work on the blocking pool cannot be canceled, only left. A
/// runtime that is dropped waits for it, without a limit: one
/// read from a dead disk, and the process never ends. This one
/// does not wait.
///
/// The pool is for the disk, which is soon done. Whoever waits for
/// a client on one of its threads takes it from all others.
pub fn on_runtime<F: Future>(work: F) -> io::Result<F::Output> {
    let runtime = Builder::new_multi_thread()
        .max_blocking_threads(BLOCKING)
        .enable_all()
        .build()?;
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(result)
}
