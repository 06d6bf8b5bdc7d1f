//! How a server is told to stop.

use tokio::sync::watch;

/// Makes the two ends of the wish to stop.
pub fn shutdown() -> (Trigger, Shutdown) {
    let (sender, receiver) = watch::channel(false);
    (Trigger { sender }, Shutdown { receiver })
}

/// The end that asks. Dropped without a request, it stops
/// nothing.
#[derive(Debug)]
pub struct Trigger {
    sender: watch::Sender<bool>,
}

impl Trigger {
    /// Asks everybody who holds a [`Shutdown`] to stop.
    pub fn request(&self) {
        self.sender.send_replace(true);
    }
}

/// The end that is asked. Clones hear the same request.
#[derive(Debug, Clone)]
pub struct Shutdown {
    receiver: watch::Receiver<bool>,
}

impl Shutdown {
    /// Waits for the request; at once, if it was made already.
    /// Dropping the future loses nothing, so it may stand in a
    /// `select!`.
    pub async fn requested(&self) {
        let mut receiver = self.receiver.clone();
        if receiver.wait_for(|asked| *asked).await.is_err() {
            // Nobody is left who could ask: never.
            std::future::pending().await
        }
    }
}
