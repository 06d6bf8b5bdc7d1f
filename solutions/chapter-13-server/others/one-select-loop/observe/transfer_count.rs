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
        let count = self.clone();
        count.change(|totals| totals.started += 1);
        Transfer {
            count,
            complete: false,
        }
    }
}

impl Transfer {
    /// Counts bytes that were handed on towards the client. It
    /// may never read them.
    pub fn sent(&mut self, bytes: u64) {
        self.count.change(|totals| {
            totals.bytes = totals.bytes.saturating_add(bytes);
        });
    }

    /// Counts the transfer as complete: the whole body was pulled.
    /// A transfer that is dropped without this was cut. Each
    /// transfer is one or the other.
    pub fn complete(mut self) {
        self.count.change(|totals| totals.complete += 1);
        // Counted already.
        self.complete = true;
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        if !self.complete {
            self.count.change(|totals| totals.cut += 1);
        }
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
        let (transfer, entry) =
            (self.transfer.take(), self.entry.take());
        transfer.into_iter().for_each(Transfer::complete);
        entry.into_iter().for_each(Entry::complete);
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
        self.left = self.left.map(|left| left.saturating_sub(bytes));
        if let Some(entry) = self.entry.as_mut() {
            entry.bytes += bytes;
        }
        match self.transfer.as_mut() {
            None => chunk,
            Some(transfer) => {
                transfer.sent(bytes);
                let in_flight = InFlight {
                    _held: transfer.count.in_flight.hold(bytes),
                    chunk,
                };
                Bytes::from_owner(in_flight)
            }
        }
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
    let get = *request.method() == Method::GET;
    let head = *request.method() == Method::HEAD;
    let (response, reported) = noting(next.run(request)).await;
    let status = response.status();
    entry.status = Some(status);
    entry.reason = match reported {
        Some(reason) => Some(reason),
        None if status.as_u16() < 400 => None,
        None => status.canonical_reason().map(String::from),
    };
    if head || status == StatusCode::NOT_MODIFIED {
        entry.complete();
        return response;
    }
    let promised = response.headers().get(header::CONTENT_LENGTH);
    let promised = promised.and_then(|text| text.to_str().ok());
    let promised = promised.and_then(|text| text.parse::<u64>().ok());
    let transfer = match get && status.is_success() {
        true => Some(watch.transfers.begin()),
        false => None,
    };
    let (parts, body) = response.into_parts();
    let body = count_body(body, promised, transfer, Some(entry));
    Response::from_parts(parts, body)
}
