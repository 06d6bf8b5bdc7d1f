//! How a server is asked to stop, and how its last connections
//! finish.

use futures_util::future::{Either, select};
use tokio::sync::watch;

use crate::OpenConnections;

/// Makes the two ends of a request to stop.
pub fn shutdown() -> (Trigger, Shutdown) {
    let (sender, receiver) = watch::channel(false);
    (Trigger { sender }, Shutdown { receiver })
}

/// The end that asks.
#[derive(Debug)]
pub struct Trigger {
    sender: watch::Sender<bool>,
}

impl Trigger {
    /// Asks everybody who holds a [`Shutdown`] to stop.
    pub fn request(&self) {
        self.sender.send_if_modified(|requested| {
            !std::mem::replace(requested, true)
        });
    }
}

/// The end that waits for the request.
#[derive(Debug, Clone)]
pub struct Shutdown {
    receiver: watch::Receiver<bool>,
}

impl Shutdown {
    /// Waits for the request.
    pub async fn requested(&self) {
        let mut receiver = self.receiver.clone();
        while !*receiver.borrow_and_update() {
            if receiver.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}

/// Waits until every connection has closed, or `again` completes.
pub async fn finish(
    mut open: OpenConnections,
    again: impl Future<Output = ()>,
) -> usize {
    let mut again = std::pin::pin!(again);
    while !open.is_empty() {
        let next = Box::pin(open.join_next());
        let is_asked = match select(next, again.as_mut()).await {
            Either::Left(_) => false,
            Either::Right(_) => true,
        };
        if is_asked {
            let left = open.len();
            open.shutdown().await;
            return left;
        }
    }
    0
}
