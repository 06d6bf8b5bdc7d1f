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
        todo!("chapter 14: a turn for {id}")
    }

    /// Takes a turn only if nobody works on this upload or waits for
    /// it.
    pub(crate) fn take_idle(&self, id: &UploadId) -> Option<Turn> {
        todo!("chapter 14: a turn for {id}, if it's idle")
    }

    /// Returns the queue of this upload. Those that nobody needs
    /// anymore are forgotten.
    fn queue(&self, id: &UploadId) -> Arc<Queue> {
        todo!("chapter 14: the queue of {id}")
    }
}

impl Turn {
    /// Waits until a newer request wants the upload.
    pub(crate) async fn taken_over(&self) {
        todo!("chapter 14: wait for a ticket above {}", self.ticket)
    }
}
