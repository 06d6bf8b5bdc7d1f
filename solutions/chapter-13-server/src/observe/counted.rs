//! A body that is counted on its way.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};

use crate::observe::log::Entry;
use crate::serve::presence;
use crate::serve::server::deepest;
use crate::{Held, Transfer};

/// Counts a body's bytes as they are pulled. It passes the frames
/// on and keeps none: a counter needs no copy.
///
/// `length` is what the head of the answer promised, if it did.
/// hyper stops pulling there, and asks for no end.
pub fn counted(
    body: Body,
    length: Option<u64>,
    transfer: Transfer,
) -> Body {
    watched(body, length, Some(transfer), None)
}

/// The same with an entry in the log.
pub(crate) fn watched(
    body: Body,
    length: Option<u64>,
    transfer: Option<Transfer>,
    entry: Option<Entry>,
) -> Body {
    let mut watched = Watched {
        body,
        left: length,
        transfer,
        entry,
    };
    presence::owe(true);
    if length == Some(0) || watched.body.is_end_stream() {
        watched.complete();
    }
    Body::new(watched)
}

struct Watched {
    body: Body,
    /// Bytes of the promise that are still to come.
    left: Option<u64>,
    /// `None` after the end. Dropped, it was cut.
    transfer: Option<Transfer>,
    entry: Option<Entry>,
}

impl Watched {
    fn complete(&mut self) {
        presence::owe(false);
        if let Some(transfer) = self.transfer.take() {
            transfer.complete();
        }
        if let Some(entry) = self.entry.take() {
            entry.complete();
        }
    }

    /// Counts a piece, and lets its bytes go down from the gauge
    /// when hyper has written them.
    fn pass(&mut self, piece: Bytes) -> Bytes {
        let bytes = piece.len() as u64;
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(bytes);
        }
        if let Some(entry) = &mut self.entry {
            entry.bytes += bytes;
        }
        let Some(transfer) = &mut self.transfer else {
            return piece;
        };
        transfer.sent(bytes);
        let held = transfer.count.in_flight.hold(bytes);
        Bytes::from_owner(InFlight { piece, _held: held })
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame =
            ready!(Pin::new(&mut self.body).poll_frame(context));
        let frame = match frame {
            Some(Ok(frame)) => frame.map_data(|data| self.pass(data)),
            // Both are dropped: an answer that broke was cut.
            Some(Err(error)) => {
                self.transfer = None;
                if let Some(mut entry) = self.entry.take() {
                    entry.reason = Some(deepest(&error));
                }
                return Poll::Ready(Some(Err(error)));
            }
            None => {
                if self.left.unwrap_or(0) == 0 {
                    self.complete();
                }
                return Poll::Ready(None);
            }
        };
        if self.left == Some(0) || self.body.is_end_stream() {
            self.complete();
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A piece on its way from the body to the kernel.
struct InFlight {
    piece: Bytes,
    _held: Held,
}

impl AsRef<[u8]> for InFlight {
    fn as_ref(&self) -> &[u8] {
        &self.piece
    }
}
