//! How many transfers there were, and how they ended.

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
        self.change(|totals| totals.started += 1);
        Transfer {
            count: self.clone(),
            complete: false,
        }
    }
}

impl Transfer {
    /// Counts bytes that were handed on towards the client. It
    /// may never read them.
    pub fn sent(&mut self, bytes: u64) {
        self.count.change(|totals| totals.bytes += bytes);
    }

    /// Counts the transfer as complete: the whole body was pulled.
    /// A transfer that is dropped without this was cut. Each
    /// transfer is one or the other.
    pub fn complete(mut self) {
        // Counted where every transfer ends: in the drop.
        self.complete = true;
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        let complete = self.complete;
        self.count.change(|totals| {
            let ended = if complete { &mut totals.complete } else { &mut totals.cut };
            *ended += 1;
        });
    }
}

/// A body whose bytes are counted as hyper pulls them.
pub(crate) struct CountedBody {
    pub(crate) body: Body,
    /// Bytes of the promised length that are still to come.
    pub(crate) left: Option<u64>,
    /// `None` after the end. Dropped, it was cut.
    pub(crate) transfer: Option<Transfer>,
    /// The line of the log, which is written when this is dropped.
    pub(crate) entry: Option<Entry>,
}

impl CountedBody {
    /// Completes the transfer and the entry, where there are any,
    /// and says that the connection owes nothing more
    /// ([`presence::owe`]). Called more than once, it changes
    /// nothing.
    pub(crate) fn complete(&mut self) {
        presence::owe(false);
        if let Some(transfer) = self.transfer.take() {
            transfer.complete();
        }
        if let Some(entry) = self.entry.take() {
            entry.complete();
        }
    }

    /// Counts a chunk: in what is left of the promise, in the entry,
    /// and in the transfer, and returns it without a copy.
    ///
    /// Where there is a transfer, the chunk's bytes are in flight
    /// until hyper has written them and drops the chunk: the
    /// [`InFlight`] that goes along holds them in the gauge
    /// ([`Gauge::hold`]).
    pub(crate) fn pass(&mut self, chunk: Bytes) -> Bytes {
        let bytes = chunk.len() as u64;
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(bytes);
        }
        if let Some(entry) = &mut self.entry {
            entry.bytes += bytes;
        }
        let Some(transfer) = &mut self.transfer else {
            return chunk;
        };
        transfer.sent(bytes);
        let held = transfer.count.in_flight.hold(bytes);
        Bytes::from_owner(InFlight { chunk, _held: held })
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

/// Follows a response to its last byte. This is a layer: `next` is
/// everything below it.
///
/// [`noting`] runs the handler and returns what it reported. A
/// failed response has a reason: what was reported, or else the
/// usual words of its status. A response without a body (to `HEAD`,
/// or 304) is complete at once. Every other one is complete when its
/// body is, so [`count_body`] gets the entry, the length that was
/// promised, and for a successful `GET` a transfer that begins here.
pub(crate) async fn logged(
    State(watch): State<Watch>,
    request: Request,
    next: Next,
) -> Response {
    let mut entry = Entry::of(&request, watch.requests.clone());
    let method = request.method().clone();
    let (response, reason) = noting(next.run(request)).await;
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    let usual = status.canonical_reason().filter(|_| failed);
    entry.reason = reason.or_else(|| usual.map(str::to_owned));
    entry.status = Some(status);
    let bodiless =
        method == Method::HEAD || status == StatusCode::NOT_MODIFIED;
    if bodiless {
        entry.complete();
        return response;
    }
    let transfer = (method == Method::GET && status.is_success())
        .then(|| watch.transfers.begin());
    let length = response.headers().get(header::CONTENT_LENGTH);
    let length =
        length.and_then(|length| length.to_str().ok()?.parse().ok());
    response.map(|body| count_body(body, length, transfer, Some(entry)))
}
