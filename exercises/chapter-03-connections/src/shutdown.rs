//! How a server is asked to stop, and how its last connections
//! finish.

use tokio::sync::watch;

use crate::OpenConnections;

/// Makes the two ends of a request to stop.
pub fn shutdown() -> (Trigger, Shutdown) {
    let (sender, receiver) = watch::channel(false);
    (Trigger { sender }, Shutdown { receiver })
}

/// The end that asks. Dropping it without a request stops
/// nothing.
#[derive(Debug)]
pub struct Trigger {
    sender: watch::Sender<bool>,
}

impl Trigger {
    /// Asks everybody who holds a [`Shutdown`] to stop, now or
    /// later. Asking twice changes nothing, and it doesn't matter
    /// whether anybody is waiting yet, or is there at all.
    pub fn request(&self) {
        todo!("chapter 3: request the shutdown with {self:?}")
    }
}

/// The end that waits for the request. All clones get the same
/// one.
#[derive(Debug, Clone)]
pub struct Shutdown {
    receiver: watch::Receiver<bool>,
}

impl Shutdown {
    /// Waits for the request, and returns at once if it was made
    /// before. When the trigger is dropped without a request, none
    /// can come any more, and this waits forever.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses nothing, so it may stand in a
    /// `select!`.
    pub async fn requested(&self) {
        todo!("chapter 3: wait for the request to {self:?}")
    }
}

/// Waits until every connection in `open` has closed, or until
/// `again` completes, whichever comes first. The connections that
/// are open then are aborted, and when this returns, their tasks
/// are gone. Returns how many were aborted.
///
/// How a connection closed makes no difference: one that failed or
/// panicked counts as closed. Without open connections this returns
/// 0 at once.
pub async fn finish(
    mut open: OpenConnections,
    again: impl Future<Output = ()>,
) -> usize {
    todo!("chapter 3: finish {} connections", open.len())
}
