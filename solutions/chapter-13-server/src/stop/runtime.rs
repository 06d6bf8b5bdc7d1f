//! The async runtime of the program.
//!
//! We provide this file: it only configures the runtime.

use std::io;

use tokio::runtime::Builder;

/// The maximum number of threads in the blocking pool. Each thread
/// keeps the memory that it has used: pages of its stack, and freed
/// memory that the allocator holds for it. Tokio's default is 512. The
/// pool has as many threads as ever worked at the same time, so every
/// rare burst raises the resident memory, and little of it is returned.
const BLOCKING: usize = 64;

/// Runs `work` on a runtime with a thread for each core, and returns
/// its result as soon as it's ready.
///
/// Work on the blocking pool can't be canceled, only abandoned. A
/// runtime that is dropped waits for that work without a limit, so a
/// single read from a dead disk would keep the process from ever
/// exiting. This function doesn't wait for it.
///
/// The pool is for disk operations, which complete soon. Code that
/// waits for a client on one of its threads takes that thread from
/// everybody else.
pub fn on_runtime<F: Future>(work: F) -> io::Result<F::Output> {
    let runtime = Builder::new_multi_thread()
        .max_blocking_threads(BLOCKING)
        .enable_all()
        .build()?;
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(result)
}
