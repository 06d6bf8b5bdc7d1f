//! Signals: somebody wants the server to stop.
//!
//! Given: each operating system has its own calls.

use std::io;

use tokio::sync::mpsc;

/// The signals that ask a server to stop: SIGTERM, which service
/// managers send, SIGINT, which Ctrl-C sends, and SIGHUP, which
/// comes when the terminal is closed. A server that was started
/// with SIGHUP ignored, as `nohup` does, keeps ignoring it.
/// Elsewhere than on Unix there is Ctrl-C.
///
/// The first one drains the server, and the second one aborts what
/// is left, whichever two they are. Both are remembered.
pub struct Signals {
    source: Source,
    seen: usize,
}

enum Source {
    System(System),
    Injected(mpsc::Receiver<()>),
}

impl Signals {
    /// Those of the system. From now on they end the process no
    /// more. Errors: the system allows no handler.
    pub fn system() -> io::Result<Self> {
        Ok(Self::from(Source::System(System::new()?)))
    }

    /// Those that somebody sends: for checks. A sender that is
    /// gone has sent nothing.
    pub fn injected(receiver: mpsc::Receiver<()>) -> Self {
        Self::from(Source::Injected(receiver))
    }

    fn from(source: Source) -> Self {
        Self { source, seen: 0 }
    }

    /// Waits for the first signal; at once, if it has come.
    pub async fn first(&mut self) {
        self.at_least(1).await;
    }

    /// Waits until two signals have come; at once, if they have.
    pub async fn second(&mut self) {
        self.at_least(2).await;
    }

    /// Dropping the future loses no signal.
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
                    // The sender is gone: wait forever.
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

/// Whether the process was started with SIGHUP ignored. Linux says
/// so in a mask, whose lowest bit is signal 1.
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
