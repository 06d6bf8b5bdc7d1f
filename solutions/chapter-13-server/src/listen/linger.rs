//! The time between the server's last byte and the close of the
//! connection.
//!
//! We provide this file, because it polls by hand.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use connections::Transport;
use tokio::io::ReadBuf;
use tokio::time::{Instant, Sleep, sleep_until};

/// A client that sends nothing for this long has nothing more to send.
const SILENCE: Duration = Duration::from_millis(500);
/// How long this may take in total.
const LONGEST: Duration = Duration::from_secs(30);
/// How many bytes are read and discarded at most.
const MOST: usize = 64 << 20;

/// Reads and discards what a client still sends.
#[derive(Default)]
pub(crate) struct Linger {
    timers: Option<Timers>,
    read: usize,
}

struct Timers {
    silence: Pin<Box<Sleep>>,
    end: Instant,
}

impl Linger {
    /// Returns `Ready` when the client has closed its direction, or
    /// when its time is over.
    pub(crate) fn poll<T: Transport>(
        &mut self,
        transport: &mut T,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        let now = Instant::now();
        let timers = self.timers.get_or_insert_with(|| Timers {
            silence: Box::pin(sleep_until(now + SILENCE)),
            end: now + LONGEST,
        });
        let mut discarded = [0; 8 * 1024];
        while self.read < MOST {
            let mut buffer = ReadBuf::new(&mut discarded);
            let read = Pin::new(&mut *transport)
                .poll_read(context, &mut buffer);
            let bytes = buffer.filled().len();
            if read.is_pending() {
                ready!(timers.silence.as_mut().poll(context));
                break;
            }
            if bytes == 0 || matches!(read, Poll::Ready(Err(_))) {
                break;
            }
            self.read += bytes;
            let silent = Instant::now() + SILENCE;
            timers.silence.as_mut().reset(silent.min(timers.end));
        }
        Poll::Ready(())
    }
}
