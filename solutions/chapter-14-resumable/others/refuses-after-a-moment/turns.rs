//! The uploads that somebody is working on. A second request waits
//! for a moment, which is enough for a sweeper, and is refused then.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::{Duration, sleep};

use crate::ResumableError;
use crate::store::UploadId;

#[derive(Clone, Default)]
pub(crate) struct Turns {
    busy: Arc<Mutex<HashSet<UploadId>>>,
}

pub(crate) struct Turn {
    turns: Turns,
    id: UploadId,
}

impl Turns {
    pub(crate) async fn take(
        &self,
        id: &UploadId,
    ) -> Result<Turn, ResumableError> {
        for _ in 0..50 {
            if let Some(turn) = self.take_idle(id) {
                return Ok(turn);
            }
            sleep(Duration::from_millis(1)).await;
        }
        Err(ResumableError::TakenOver)
    }

    pub(crate) fn take_idle(&self, id: &UploadId) -> Option<Turn> {
        self.busy().insert(id.clone()).then(|| Turn {
            turns: self.clone(),
            id: id.clone(),
        })
    }

    fn busy(&self) -> MutexGuard<'_, HashSet<UploadId>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.busy().remove(&self.id);
    }
}
