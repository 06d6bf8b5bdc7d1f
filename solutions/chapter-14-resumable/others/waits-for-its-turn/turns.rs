//! One request at a time for each upload, in the order in which they
//! came. An older request that stalls ends at its idle limit.

use std::collections::HashMap;
use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::store::UploadId;

/// A lock for each upload that somebody asks for.
#[derive(Default)]
pub(crate) struct Turns {
    locks: Mutex<HashMap<UploadId, Arc<AsyncMutex<()>>>>,
}

/// The upload belongs to it until it's dropped.
pub(crate) struct Turn {
    _held: OwnedMutexGuard<()>,
}

impl Turns {
    pub(crate) async fn take(&self, id: &UploadId) -> Turn {
        Turn {
            _held: self.lock(id).lock_owned().await,
        }
    }

    pub(crate) fn take_idle(&self, id: &UploadId) -> Option<Turn> {
        let _held = self.lock(id).try_lock_owned().ok()?;
        Some(Turn { _held })
    }

    /// The map alone needs none of them anymore.
    fn lock(&self, id: &UploadId) -> Arc<AsyncMutex<()>> {
        let locks = self.locks.lock();
        let mut locks = locks.unwrap_or_else(PoisonError::into_inner);
        locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        Arc::clone(locks.entry(id.clone()).or_default())
    }
}

impl Turn {
    pub(crate) async fn taken_over(&self) {
        pending().await
    }
}
