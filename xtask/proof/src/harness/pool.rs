//! Distributes work over all cores.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Result, bail};

/// The processor's cores.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Distributes the items over `workers` threads, each of which has a number, and waits
/// for them. An error ends the thread that met it, and the others finish.
pub fn share<T: Send>(
    items: impl IntoIterator<Item = T>,
    workers: usize,
    work: impl Fn(usize, &(dyn Fn() -> Option<T> + Sync)) -> Result<()> + Sync,
) -> Result<()> {
    let queue: Mutex<VecDeque<T>> = Mutex::new(items.into_iter().collect());
    let next = || {
        queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    };
    thread::scope(|scope| {
        let (work, next) = (&work, &next);
        let workers: Vec<_> = (0..workers)
            .map(|number| scope.spawn(move || work(number, next)))
            .collect();
        let ended = workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| bail!("a worker panicked")));
        // Waits for every worker, and then returns the first error.
        ended.collect::<Vec<Result<()>>>().into_iter().collect()
    })
}
