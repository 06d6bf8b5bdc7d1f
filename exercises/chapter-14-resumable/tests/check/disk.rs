//! A disk that can be slow, and that can be full.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use resumable::Disk;

use crate::site::until;

/// Clones are the same disk.
#[derive(Clone)]
pub struct TestDisk {
    shared: Arc<(Mutex<State>, Condvar)>,
}

struct State {
    closed: bool,
    waiting: usize,
    written: u64,
    room: u64,
}

impl TestDisk {
    pub fn new() -> Self {
        let state = State {
            closed: false,
            waiting: 0,
            written: 0,
            room: u64::MAX,
        };
        Self {
            shared: Arc::new((Mutex::new(state), Condvar::new())),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on each write waits until [`Closed`] is dropped.
    pub fn close(&self) -> Closed {
        self.state().closed = true;
        Closed(self.clone())
    }

    /// Has room for so many bytes more.
    pub fn set_room(&self, room: u64) {
        self.state().room = room;
    }

    /// Bytes that were written, those of broken writes too.
    pub fn written(&self) -> u64 {
        self.state().written
    }

    /// Waits until so many writes wait. `false`: they don't.
    pub async fn waits(&self, writes: usize) -> bool {
        until(|| self.state().waiting >= writes).await
    }

    /// Waits until so much was written. `false`: it wasn't.
    pub async fn has(&self, bytes: u64) -> bool {
        until(|| self.written() >= bytes).await
    }
}

impl Disk for TestDisk {
    fn write(&self, file: &mut File, chunk: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        state.waiting += 1;
        while state.closed {
            let woken = self.shared.1.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting -= 1;
        // A real disk that fills up takes the beginning.
        let fits = state.room.min(chunk.len() as u64);
        state.room -= fits;
        file.write_all(&chunk[..fits as usize])?;
        state.written += fits;
        if fits < chunk.len() as u64 {
            return Err(ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}

/// Holds all writes up.
pub struct Closed(TestDisk);

impl Drop for Closed {
    fn drop(&mut self) {
        self.0.state().closed = false;
        self.0.shared.1.notify_all();
    }
}
