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
            let ended = match complete {
                true => &mut totals.complete,
                false => &mut totals.cut,
            };
            *ended += 1;
        });
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
    response.map(|body| watched(body, length, transfer, Some(entry)))
}
