//! Signals that ask the server to stop.
//!
//! We provide this file, because each operating system has its own
//! calls for this.

use std::io;

use tokio::sync::mpsc;

/// The signals that ask a server to stop: SIGTERM, which service
/// managers send, SIGINT, which Ctrl-C sends, and SIGHUP, which arrives
/// when the terminal is closed. A server that was started with SIGHUP
/// ignored, as `nohup` does, keeps ignoring it. On other systems than
/// Unix, there's only Ctrl-C.
///
/// The first signal drains the server, and the second aborts the
/// remaining connections, whichever signals they are. A signal that
/// arrives before anybody waits for it isn't lost.
pub struct Signals {
    source: Source,
    seen: usize,
}

enum Source {
    System(System),
    Injected(mpsc::Receiver<()>),
}

impl Signals {
    /// Receives the operating system's signals. From now on, they don't
    /// kill the process.
    ///
    /// # Errors
    ///
    /// Fails if the operating system allows no handler.
    pub fn system() -> io::Result<Self> {
        Ok(Self::from(Source::System(System::new()?)))
    }

    /// Receives signals that a check sends. Dropping the sender isn't a
    /// signal.
    pub fn injected(receiver: mpsc::Receiver<()>) -> Self {
        Self::from(Source::Injected(receiver))
    }

    fn from(source: Source) -> Self {
        Self { source, seen: 0 }
    }

    /// Waits for the first signal. Returns at once if it has arrived
    /// already.
    pub async fn first(&mut self) {
        self.at_least(1).await;
    }

    /// Waits for the second signal. Returns at once if it has arrived
    /// already.
    pub async fn second(&mut self) {
        self.at_least(2).await;
    }

    /// Waits until `count` signals have arrived. Dropping the future
    /// loses no signal.
    async fn at_least(&mut self, count: usize) {
        while self.seen < count {
            self.source.next().await;
            self.seen += 1;
        }
    }
}

impl Source {
    async fn next(&mut self) {
        match self {
            Self::System(system) => system.next().await,
            Self::Injected(receiver) => {
                if receiver.recv().await.is_none() {
                    // The sender is gone, so no signal can arrive
                    // anymore.
                    std::future::pending().await
                }
            }
        }
    }
}

#[cfg(unix)]
struct System {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl System {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let hangup = (!ignores_hangup())
            .then(|| signal(SignalKind::hangup()))
            .transpose()?;
        Ok(Self {
            hangup,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            Some(_) = async { self.hangup.as_mut()?.recv().await } => {}
        }
    }
}

/// Returns whether the process was started with SIGHUP ignored. Linux
/// says so in a mask whose lowest bit is signal 1.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status");
    let status = status.unwrap_or_default();
    let mask =
        status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.map(|mask| u64::from_str_radix(mask.trim(), 16));
    matches!(mask, Some(Ok(mask)) if mask & 1 == 1)
}

#[cfg(windows)]
struct System {
    pressed: tokio::signal::windows::CtrlC,
}

#[cfg(windows)]
impl System {
    fn new() -> io::Result<Self> {
        let pressed = tokio::signal::windows::ctrl_c()?;
        Ok(Self { pressed })
    }

    async fn next(&mut self) {
        let _ = self.pressed.recv().await;
    }
}
