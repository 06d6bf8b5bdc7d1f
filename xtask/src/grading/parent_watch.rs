//! The leash: a process beside a run that somebody else started, which ends the
//! run and everything in it when that somebody is gone.
//!
//! The served book starts `__leash check chapter-4 --events` and holds its
//! standard input open. When that pipe closes, for whatever reason (the page was
//! closed, the book ended, was interrupted, was killed), the leash ends the
//! runner, cargo, the compiler, the check and what it started. The runner cannot
//! watch the pipe itself: for a tool it gives its place to cargo.

use std::io::{self, Read};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::exit::Exit;
use crate::keeper::family::{self, Family};

/// The hidden command that makes the runner a leash.
pub const COMMAND: &str = "__leash";

/// How often the run is looked at.
const TICK: Duration = Duration::from_millis(20);
/// Who is asked to end removes its temporary files: keepers, and the plot.
const FAREWELL: Duration = Duration::from_secs(3);

/// Runs the runner with `words` until it ends or standard input closes.
pub fn main(words: &[String]) -> ExitCode {
    match hold(words) {
        Ok(Some(code)) => ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX)),
        Ok(None) => Exit::Failed.into(),
        Err(error) => {
            eprintln!("xtask: the leash of a run failed: {error}");
            Exit::Runner.into()
        }
    }
}

/// The run's exit code; nothing if it had to be ended.
fn hold(words: &[String]) -> io::Result<Option<i32>> {
    let closed = watch_input();
    let mut command = Command::new(std::env::current_exe()?);
    command.args(words).stdin(Stdio::null());
    family::apart(&mut command);
    let (family, mut run) = family::adopt(|| command.spawn())?;
    loop {
        if let Some(status) = run.try_wait()? {
            family.end(&mut run)?;
            return Ok(status.code());
        }
        match closed.recv_timeout(TICK) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    family::ask(&run);
    wait(family.as_ref(), &mut run)?;
    family.end(&mut run)?;
    Ok(None)
}

/// Disconnects when the other end of standard input is gone.
fn watch_input() -> Receiver<()> {
    let (open, closed) = mpsc::channel();
    thread::spawn(move || {
        let mut piece = [0; 64];
        while matches!(io::stdin().lock().read(&mut piece), Ok(1..)) {}
        drop(open);
    });
    closed
}

/// Gives the run time to tidy up.
fn wait(family: &dyn Family, run: &mut Child) -> io::Result<()> {
    let asked = Instant::now();
    // The run's own status is taken before anybody else is looked at.
    while run.try_wait()?.is_none() || family.alive() > 0 {
        if asked.elapsed() > FAREWELL {
            break;
        }
        thread::sleep(TICK);
    }
    Ok(())
}
