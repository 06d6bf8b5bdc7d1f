//! How many transfers there were, and how they ended.

use std::sync::{Arc, Mutex, PoisonError};

use crate::Gauge;

/// Counters that all transfers of a server share: `/metrics`
/// shows them. Clones count together.
#[derive(Debug, Clone, Default)]
pub struct TransferCount {
    totals: Arc<Mutex<Totals>>,
    /// Bytes that were pulled and that the kernel has not taken.
    pub(crate) in_flight: Gauge,
}

/// What was counted, since the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Transfers that began.
    pub started: u64,
    /// Those whose body was pulled to its end.
    pub complete: u64,
    /// Those that ended before.
    pub cut: u64,
    /// Bytes of all of them.
    pub bytes: u64,
}

/// One transfer. Its body owns it: whatever ends the body ends
/// the transfer.
#[derive(Debug)]
pub struct Transfer {
    pub(crate) count: TransferCount,
    complete: bool,
}

impl TransferCount {
    /// What was counted until now.
    pub fn totals(&self) -> Totals {
        *self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the totals, for a moment alone.
    fn change(&self, change: impl FnOnce(&mut Totals)) {
        let totals = self.totals.lock();
        change(&mut totals.unwrap_or_else(PoisonError::into_inner));
    }

    /// Counts a transfer that begins, and gives it.
    pub fn begin(&self) -> Transfer {
        //? todo!("chapter 13: begin a transfer of {self:?}")
        // ANCHOR: cut-begin
        self.change(|totals| totals.started += 1);
        Transfer {
            count: self.clone(),
            complete: false,
        }
        // ANCHOR_END: cut-begin
    }
}

impl Transfer {
    /// Counts bytes that were handed on towards the client. It
    /// may never read them.
    pub fn sent(&mut self, bytes: u64) {
        //? todo!("chapter 13: count {bytes} bytes of {self:?}")
        // ANCHOR: cut-sent
        self.count.change(|totals| totals.bytes += bytes);
        // ANCHOR_END: cut-sent
    }

    /// Counts the transfer as complete: the whole body was pulled.
    /// A transfer that is dropped without this was cut. Each
    /// transfer is one or the other.
    pub fn complete(mut self) {
        //? todo!("chapter 13: complete {self:?}")
        // ANCHOR: cut-complete
        self.complete = true;
        // ANCHOR_END: cut-complete
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        //? todo!("chapter 13: count the end of {self:?}")
        // ANCHOR: cut-drop
        let complete = self.complete;
        self.count.change(|totals| match complete {
            true => totals.complete += 1,
            false => totals.cut += 1,
        });
        // ANCHOR_END: cut-drop
    }
}
