//! A body that is counted on its way.
//!
//! Given: it is what hyper asks of a body. What is
//! counted, you write in `transfer_count.rs`.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};

use crate::Transfer;
use crate::observe::log::Entry;
use crate::observe::transfer_count::CountedBody;
use crate::serve::presence;
use crate::serve::server::deepest;

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
    count_body(body, length, Some(transfer), None)
}

/// The same with an entry in the log.
pub(crate) fn count_body(
    body: Body,
    length: Option<u64>,
    transfer: Option<Transfer>,
    entry: Option<Entry>,
) -> Body {
    let mut counted = CountedBody {
        body,
        left: length,
        transfer,
        entry,
    };
    presence::owe(true);
    if length == Some(0) || counted.body.is_end_stream() {
        counted.complete();
    }
    Body::new(counted)
}

impl HttpBody for CountedBody {
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
            // Dropped without `complete`, both count as cut.
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
