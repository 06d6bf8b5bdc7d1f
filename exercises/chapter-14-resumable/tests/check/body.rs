//! Bodies that a check sends chunk by chunk, and can break off.

use std::io::{Error, ErrorKind};

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use lab::work::CallCounter;
use tokio::sync::mpsc;

/// The sending half of a body. Dropped, it breaks the body off, as a
/// connection does that is closed too early.
pub struct Feed {
    sender: mpsc::Sender<Option<Bytes>>,
}

impl Feed {
    pub fn new() -> (Self, Body) {
        let (sender, receiver) = mpsc::channel(1);
        let chunks = stream::unfold(Some(receiver), async |receiver| {
            let mut receiver = receiver?;
            match receiver.recv().await {
                Some(Some(chunk)) => Some((Ok(chunk), Some(receiver))),
                Some(None) => None,
                None => {
                    let kind = ErrorKind::ConnectionReset;
                    Some((Err(Error::from(kind)), None))
                }
            }
        });
        (Self { sender }, Body::from_stream(chunks))
    }

    /// Sends a chunk, if anybody still reads.
    pub async fn send(&self, chunk: &[u8]) {
        let chunk = Bytes::copy_from_slice(chunk);
        let _ = self.sender.send(Some(chunk)).await;
    }

    /// Ends the body as it should end.
    pub async fn end(self) {
        let _ = self.sender.send(None).await;
    }
}

/// A body of these chunks, which breaks off or ends after them.
pub fn chunks(chunks: Vec<Bytes>, broken: bool) -> Body {
    let broken =
        broken.then(|| Err(Error::from(ErrorKind::ConnectionReset)));
    let chunks = chunks.into_iter().map(Ok).chain(broken);
    Body::from_stream(stream::iter(chunks))
}

/// Zeros in chunks of 64 KiB, and a counter of what was asked for.
pub fn counted(length: u64) -> (CallCounter, Body) {
    const CHUNK: u64 = 64 * 1024;
    let counter = CallCounter::new();
    let seen = counter.clone();
    let chunks = stream::unfold(0, move |at: u64| {
        let next = CHUNK.min(length - at);
        if next > 0 {
            seen.add(next);
        }
        std::future::ready((next > 0).then(|| {
            let chunk = Bytes::from(vec![0; next as usize]);
            (Ok::<_, Error>(chunk), at + next)
        }))
    });
    (counter, Body::from_stream(chunks))
}
