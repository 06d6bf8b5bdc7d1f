//! How many transfers there were, and how they ended.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use naive::noting;

use crate::observe::counted::watched;
use crate::observe::log::Entry;
use crate::{Gauge, Watch};

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
        todo!("chapter 13: begin a transfer of {self:?}")
    }
}

impl Transfer {
    /// Counts bytes that were handed on towards the client. It
    /// may never read them.
    pub fn sent(&mut self, bytes: u64) {
        todo!("chapter 13: count {bytes} bytes of {self:?}")
    }

    /// Counts the transfer as complete: the whole body was pulled.
    /// A transfer that is dropped without this was cut. Each
    /// transfer is one or the other.
    pub fn complete(mut self) {
        todo!("chapter 13: complete {self:?}")
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        todo!("chapter 13: count the end of {self:?}")
    }
}

/// Follows a response to its last byte. This is a layer: `next` is
/// everything below it.
///
/// [`noting`] runs the handler and returns what it reported. A
/// failed response has a reason: what was reported, or else the
/// usual words of its status. A response without a body (to `HEAD`,
/// or 304) is complete at once. Every other one is complete when its
/// body is, so [`watched`] gets the entry, the length that was
/// promised, and for a successful `GET` a transfer that begins here.
pub(crate) async fn logged(
    State(watch): State<Watch>,
    request: Request,
    next: Next,
) -> Response {
    todo!("chapter 13: log {} {}", request.method(), request.uri())
}
