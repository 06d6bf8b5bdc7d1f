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
        //? todo!("chapter 3: request the shutdown with {self:?}")
        // ANCHOR: cut-request
        self.sender.send_replace(true);
        // ANCHOR_END: cut-request
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
        //? todo!("chapter 3: wait for the request to {self:?}")
        // ANCHOR: cut-requested
        let mut receiver = self.receiver.clone();
        if receiver.wait_for(|requested| *requested).await.is_err() {
            // The trigger was dropped, so no request can come.
            std::future::pending().await
        }
        // ANCHOR_END: cut-requested
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
    //? todo!("chapter 3: finish {} connections", open.len())
    // ANCHOR: cut-finish
    let closed = async { while open.join_next().await.is_some() {} };
    tokio::select! {
        biased;
        () = closed => return 0,
        () = again => {}
    }
    let mut aborted = 0;
    open.abort_all();
    while let Some(result) = open.join_next().await {
        let canceled = result.is_err_and(|error| error.is_cancelled());
        aborted += usize::from(canceled);
    }
    aborted
    // ANCHOR_END: cut-finish
}
