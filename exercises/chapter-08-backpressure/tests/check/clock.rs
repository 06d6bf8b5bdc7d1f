//! The clock of a paused runtime, also beside a body that keeps a
//! thread of the pool.

use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::{spawn_blocking, yield_now};
use tokio::time::{advance, sleep};

/// How long the clock may stand before somebody moves it. A right
/// body passes whoever is first.
const STANDING: Duration = Duration::from_secs(2);
/// How often everybody gets a turn before the clock is moved.
const TURNS: usize = 30;

/// Lets time pass. A paused clock goes on by itself when everybody
/// waits, but not while a thread of the pool is at work: beside a
/// body that has such a thread for itself, it is moved by hand.
#[derive(Default)]
pub struct Clock {
    stands: bool,
}

impl Clock {
    /// Whether the clock does not go on by itself.
    pub fn stands(&self) -> bool {
        self.stands
    }

    /// Is over when so much time has passed for everybody.
    pub async fn pass(&mut self, time: Duration) {
        if !self.stands {
            let (ring, patience) = oneshot::channel::<()>();
            // On a real clock: this one may stand.
            thread::spawn(move || {
                thread::sleep(STANDING);
                drop(ring);
            });
            tokio::select! {
                biased;
                () = sleep(time) => return,
                _ = patience => self.stands = true,
            }
        }
        for _ in 0..TURNS {
            yield_now().await;
            let _ = spawn_blocking(|| ()).await;
        }
        advance(time).await;
    }
}
