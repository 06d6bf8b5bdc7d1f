//! Shows that a runtime continues while something blocks. It counts beats, because the
//! time between two beats depends on the machine.
//!
//! With a single thread ([`crate::check_on_one_thread`]) the heart stops when any code
//! blocks that thread. A [`BlockingGate`] blocks its reader until the heart has beaten
//! a few times. A read on the blocking pool can continue almost at once, but a read on
//! the runtime stops the heart, so the gate gives up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::gate::BlockingGate;

/// The minimum time between two beats. Nothing depends on it.
const PAUSE: Duration = Duration::from_millis(1);
/// How often the heart beats while a thread is at the gate before it opens the gate.
const BEATS: u64 = 3;

/// A task that sends heartbeats. Dropping it aborts the task.
#[derive(Debug)]
pub struct Heartbeat {
    beats: Arc<AtomicU64>,
    beside: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Heartbeat {
    /// Starts beating on the current runtime.
    pub fn start() -> Heartbeat {
        Heartbeat::opening(None)
    }

    /// Starts beating, and opens `gate` once it has beaten three times while
    /// a thread is at the gate.
    pub fn at(gate: &BlockingGate) -> Heartbeat {
        Heartbeat::opening(Some(gate.clone()))
    }

    /// Returns the number of beats so far.
    pub fn beats(&self) -> u64 {
        self.beats.load(SeqCst)
    }

    /// Returns the number of beats so far during which a thread was blocked at the
    /// gate.
    pub fn beats_while_blocked(&self) -> u64 {
        self.beside.load(SeqCst)
    }

    fn opening(gate: Option<BlockingGate>) -> Heartbeat {
        let (beats, beside) = (Arc::default(), Arc::default());
        let task = tokio::spawn(beat(gate, Arc::clone(&beats), Arc::clone(&beside)));
        Heartbeat {
            beats,
            beside,
            task,
        }
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn beat(
    mut gate: Option<BlockingGate>,
    beats: Arc<AtomicU64>,
    beside: Arc<AtomicU64>,
) {
    loop {
        sleep(PAUSE).await;
        beats.fetch_add(1, SeqCst);
        let Some(closed) = &gate else { continue };
        // If the gate gave up, its thread wasn't blocked during this beat.
        if closed.entered() == 0 || closed.gave_up() {
            continue;
        }
        if beside.fetch_add(1, SeqCst) + 1 == BEATS {
            closed.open();
            gate = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn blocking_on_the_pool_lets_the_heart_beat() {
        let gate = BlockingGate::new();
        let heart = Heartbeat::at(&gate);
        let blocked = gate.clone();
        let read = tokio::task::spawn_blocking(move || blocked.pass());
        read.await.expect("no panic");
        assert!(!gate.gave_up());
        assert_eq!(heart.beats_while_blocked(), BEATS);
    }

    #[tokio::test]
    async fn blocking_on_the_runtime_stops_the_heart() {
        let gate = BlockingGate::with_patience(Duration::from_millis(50));
        let heart = Heartbeat::at(&gate);
        tokio::task::yield_now().await;
        let before = heart.beats();
        gate.pass();
        assert!(gate.gave_up());
        assert_eq!((heart.beats(), heart.beats_while_blocked()), (before, 0));
    }

    #[tokio::test]
    async fn a_dropped_heart_stops() {
        let heart = Heartbeat::start();
        let beats = Arc::clone(&heart.beats);
        drop(heart);
        // The task drops its handle to the count.
        while Arc::strong_count(&beats) > 1 {
            tokio::task::yield_now().await;
        }
    }
}
