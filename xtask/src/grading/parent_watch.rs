//! A process that watches over a run that another program has started. Once that
//! program has exited, this process kills the run and everything in it.
//!
//! The served book starts `__until-parent-exits check chapter-4 --events` and holds its
//! standard input open. That pipe closes when the page is closed, or when the book
//! exits or is killed. Then the runner, cargo, the compiler, the check, and everything
//! that it started are killed. The runner can't watch the pipe itself, because cargo
//! replaces its process when it starts a tool.

use std::io::{self, Read};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::cli::error::Exit;
use crate::grading::supervisor::process_tree::{self, ProcessTree};

/// The hidden command that makes the runner watch its parent.
pub const COMMAND: &str = "__until-parent-exits";

/// How often the run is checked.
const TICK: Duration = Duration::from_millis(20);
/// How long after SIGTERM the SIGKILL comes. In between, supervisors and the plot
/// remove their temporary files.
const FAREWELL: Duration = Duration::from_secs(3);

/// Runs the runner with `words` until it exits or standard input closes.
pub fn main(words: &[String]) -> ExitCode {
    match run_until_parent_exits(words) {
        Ok(Some(code)) => ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX)),
        Ok(None) => Exit::Failed.into(),
        Err(error) => {
            eprintln!("xtask: watching over a run failed: {error}");
            Exit::Internal.into()
        }
    }
}

/// Returns the run's exit code, or nothing if it had to be killed.
fn run_until_parent_exits(words: &[String]) -> io::Result<Option<i32>> {
    let closed = watch_input();
    let mut command = Command::new(std::env::current_exe()?);
    command.args(words).stdin(Stdio::null());
    process_tree::in_new_group(&mut command);
    let (tree, mut run) = process_tree::spawn_tracked(|| command.spawn())?;
    loop {
        if let Some(status) = run.try_wait()? {
            tree.kill_all(&mut run)?;
            return Ok(status.code());
        }
        match closed.recv_timeout(TICK) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    process_tree::terminate(&run);
    wait(tree.as_ref(), &mut run)?;
    tree.kill_all(&mut run)?;
    Ok(None)
}

/// Returns a channel that disconnects when standard input is closed at the other end.
fn watch_input() -> Receiver<()> {
    let (open, closed) = mpsc::channel();
    thread::spawn(move || {
        let mut piece = [0; 64];
        while matches!(io::stdin().lock().read(&mut piece), Ok(1..)) {}
        drop(open);
    });
    closed
}

/// Gives the run time to clean up.
fn wait(tree: &dyn ProcessTree, run: &mut Child) -> io::Result<()> {
    let asked = Instant::now();
    // Take the run's own exit status before looking at the others.
    while run.try_wait()?.is_none() || tree.running_count() > 0 {
        if asked.elapsed() > FAREWELL {
            break;
        }
        thread::sleep(TICK);
    }
    Ok(())
}
