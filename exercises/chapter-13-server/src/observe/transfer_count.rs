//! Counts transfers, and how they ended.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use naive::noting;

use crate::observe::counted::count_body;
use crate::observe::log::Entry;
use crate::serve::presence;
use crate::{Gauge, GaugeGuard, Watch};

/// Counters that all transfers of a server share, and that `/metrics`
/// shows. All clones share the counts.
#[derive(Debug, Clone, Default)]
pub struct TransferCount {
    totals: Arc<Mutex<Totals>>,
    /// Bytes that were pulled from a body and that the kernel doesn't
    /// have yet.
    pub(crate) in_flight: Gauge,
}

/// What has been counted since the server started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Transfers that began.
    pub started: u64,
    /// Transfers whose body was pulled to its end.
    pub complete: u64,
    /// Transfers that ended before that.
    pub cut: u64,
    /// Bytes of all transfers.
    pub bytes: u64,
}

/// One transfer. Its body owns it, so when the body ends for any
/// reason, so does the transfer.
#[derive(Debug)]
pub struct Transfer {
    pub(crate) count: TransferCount,
    complete: bool,
}

impl TransferCount {
    /// Returns what has been counted so far.
    pub fn totals(&self) -> Totals {
        *self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the totals, while nobody else can read or change them.
    fn change(&self, change: impl FnOnce(&mut Totals)) {
        let totals = self.totals.lock();
        change(&mut totals.unwrap_or_else(PoisonError::into_inner));
    }

    /// Counts a transfer that begins, and returns it.
    pub fn begin(&self) -> Transfer {
        todo!("chapter 13: begin a transfer of {self:?}")
    }
}

impl Transfer {
    /// Counts bytes that were handed on toward the client, even if the
    /// client never reads them.
    pub fn sent(&mut self, bytes: u64) {
        todo!("chapter 13: count {bytes} bytes of {self:?}")
    }

    /// Counts the transfer as complete, because the whole body was
    /// pulled. A transfer that's dropped without this call counts as
    /// cut off. Each transfer is counted exactly once, as complete or
    /// as cut off.
    pub fn complete(mut self) {
        todo!("chapter 13: complete {self:?}")
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        todo!("chapter 13: count the end of {self:?}")
    }
}

/// A body whose bytes are counted as hyper pulls them.
pub(crate) struct CountedBody {
    pub(crate) body: Body,
    /// How many bytes of the promised length are still to come.
    pub(crate) left: Option<u64>,
    /// The transfer. `None` after its end. If it's dropped before that,
    /// it was cut off.
    pub(crate) transfer: Option<Transfer>,
    /// The line of the log, which is written when this is dropped.
    pub(crate) entry: Option<Entry>,
}

impl CountedBody {
    /// Completes the transfer and the log entry, if there are any, and
    /// reports that the connection owes the client nothing more
    /// ([`presence::owe`]). Further calls change nothing.
    pub(crate) fn complete(&mut self) {
        todo!("chapter 13: complete a body, {:?} left", self.left)
    }

    /// Subtracts a chunk from the promised length that's left, counts
    /// it in the entry and in the transfer, and returns it without a
    /// copy.
    ///
    /// If there's a transfer, the chunk's bytes are in flight until
    /// hyper has written them and drops the chunk. The chunk is wrapped
    /// in an [`InFlight`], which holds them in the gauge that long
    /// ([`Gauge::hold`]).
    pub(crate) fn pass(&mut self, chunk: Bytes) -> Bytes {
        todo!("chapter 13: count {} bytes", chunk.len())
    }
}

/// A chunk on its way from the body to the kernel.
struct InFlight {
    chunk: Bytes,
    _held: GaugeGuard,
}

impl AsRef<[u8]> for InFlight {
    fn as_ref(&self) -> &[u8] {
        &self.chunk
    }
}

/// Follows a response to its last byte. This is a layer, and `next` is
/// everything below it.
///
/// [`noting`] runs the handler and returns what it reported. A failed
/// response needs a reason, which is what was reported or otherwise the
/// usual text for its status. A response without a body (to `HEAD`, or
/// with 304) is complete at once. Every other response is complete when
/// its body is, so [`count_body`] gets the entry, the promised length,
/// and, for a successful `GET`, a transfer that begins here.
pub(crate) async fn logged(
    State(watch): State<Watch>,
    request: Request,
    next: Next,
) -> Response {
    todo!("chapter 13: log {} {}", request.method(), request.uri())
}
