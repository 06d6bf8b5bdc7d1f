//! Shutdown: how a server is asked to stop, and how its last
//! connections finish.

use tokio::sync::watch;

use crate::OpenConnections;

/// Creates the two ends of a shutdown request.
pub fn shutdown() -> (Trigger, Shutdown) {
    let (sender, receiver) = watch::channel(false);
    (Trigger { sender }, Shutdown { receiver })
}

/// The end that requests the shutdown. If it's dropped without a
/// request, nothing stops.
#[derive(Debug)]
pub struct Trigger {
    sender: watch::Sender<bool>,
}

impl Trigger {
    /// Requests the shutdown from everybody who holds a [`Shutdown`],
    /// now or later. Calling it twice changes nothing, and it doesn't
    /// matter whether anybody is waiting yet.
    pub fn request(&self) {
        todo!("chapter 3: request the shutdown with {self:?}")
    }
}

/// The end that waits for the request. Every clone gets the same
/// request.
#[derive(Debug, Clone)]
pub struct Shutdown {
    receiver: watch::Receiver<bool>,
}

impl Shutdown {
    /// Waits for the request, or returns at once if it was made before.
    /// If the trigger is dropped without a request, this waits forever,
    /// because no request can come anymore.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses nothing, so you can use it in a
    /// `select!`.
    pub async fn requested(&self) {
        todo!("chapter 3: wait for the request to {self:?}")
    }
}

/// Waits until every connection in `open` has closed, or until `again`
/// completes, whichever comes first. Then aborts the connections that
/// are still open, waits for their tasks to exit, and returns how many
/// there were.
///
/// A connection that failed or panicked counts as closed. Without open
/// connections, this returns 0 at once.
pub async fn finish(
    mut open: OpenConnections,
    again: impl Future<Output = ()>,
) -> usize {
    todo!("chapter 3: finish {} connections", open.len())
}
