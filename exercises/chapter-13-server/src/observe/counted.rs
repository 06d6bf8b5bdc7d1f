//! A body whose bytes are counted.
//!
//! We provide this file: it implements the methods of a body that hyper
//! calls. You write the counting in `transfer_count.rs`.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};

use crate::Transfer;
use crate::observe::log::Entry;
use crate::observe::transfer_count::CountedBody;
use crate::serve::presence;
use crate::serve::server::deepest;

/// Counts the bytes of a body as they're pulled. The frames are passed
/// on without a copy.
///
/// `length` is the length that the response's head promised, if it did.
/// hyper stops pulling at that length, and doesn't ask for the end of
/// the body.
pub fn counted(
    body: Body,
    length: Option<u64>,
    transfer: Transfer,
) -> Body {
    count_body(body, length, Some(transfer), None)
}

/// Counts the bytes, and writes them to an entry of the log, too.
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
            // If these are dropped without `complete`, they count as
            // cut off.
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
