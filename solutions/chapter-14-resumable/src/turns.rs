//! One request at a time for each upload, and the newest one wins.
//!
//! A phone that comes out of a tunnel sends on a new connection, while
//! the old one still looks alive from here. So a newer request asks
//! the older one to stop, and gets its turn when that has happened.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, watch};

use crate::store::UploadId;

/// The queues of the uploads that somebody asks for right now.
#[derive(Default)]
pub(crate) struct Turns {
    queues: Mutex<HashMap<UploadId, Weak<Queue>>>,
}

#[derive(Default)]
struct Queue {
    lock: Arc<AsyncMutex<()>>,
    /// The ticket of the newest request.
    newest: watch::Sender<u64>,
}

/// A turn. The upload belongs to it until it's dropped.
pub(crate) struct Turn {
    queue: Arc<Queue>,
    ticket: u64,
    _held: OwnedMutexGuard<()>,
}

impl Turns {
    /// Asks whoever works on this upload to stop, and waits until that
    /// has happened.
    pub(crate) async fn take(&self, id: &UploadId) -> Turn {
        //? todo!("chapter 14: a turn for {id}")
        // ANCHOR: cut-take
        let queue = self.queue(id);
        let mut ticket = 0;
        queue.newest.send_modify(|newest| {
            *newest += 1;
            ticket = *newest;
        });
        let held = Arc::clone(&queue.lock).lock_owned().await;
        Turn {
            queue,
            ticket,
            _held: held,
        }
        // ANCHOR_END: cut-take
    }

    /// Takes a turn only if nobody works on this upload or waits for
    /// it.
    pub(crate) fn take_idle(&self, id: &UploadId) -> Option<Turn> {
        //? todo!("chapter 14: a turn for {id}, if it's idle")
        // ANCHOR: cut-take_idle
        let queue = self.queue(id);
        let held = Arc::clone(&queue.lock).try_lock_owned().ok()?;
        let ticket = *queue.newest.borrow();
        Some(Turn {
            queue,
            ticket,
            _held: held,
        })
        // ANCHOR_END: cut-take_idle
    }

    /// Returns the queue of this upload. Those that nobody needs
    /// anymore are forgotten.
    fn queue(&self, id: &UploadId) -> Arc<Queue> {
        //? todo!("chapter 14: the queue of {id}")
        // ANCHOR: cut-queue
        let queues = self.queues.lock();
        let mut queues = queues.unwrap_or_else(PoisonError::into_inner);
        queues.retain(|_, queue| queue.strong_count() > 0);
        if let Some(queue) = queues.get(id).and_then(Weak::upgrade) {
            return queue;
        }
        let queue = Arc::default();
        queues.insert(id.clone(), Arc::downgrade(&queue));
        queue
        // ANCHOR_END: cut-queue
    }
}

impl Turn {
    /// Waits until a newer request wants the upload.
    pub(crate) async fn taken_over(&self) {
        //? todo!("chapter 14: wait for a ticket above {}", self.ticket)
        // ANCHOR: cut-taken_over
        let mut newest = self.queue.newest.subscribe();
        let newer = newest.wait_for(|ticket| *ticket > self.ticket);
        // The sender is in `self`, so there's no error.
        let _ = newer.await;
        // ANCHOR_END: cut-taken_over
    }
}
