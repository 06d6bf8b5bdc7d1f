//! The supervisor: a small process for each check, which sets its limits, watches it,
//! and makes sure that nothing of it is left.
//!
//! The runner starts itself again as the supervisor and holds its standard input open.
//! That pipe closes when the runner exits, is interrupted, or is killed. Then the
//! supervisor kills the check and everything that the check has started. So no signal
//! handler is needed for Ctrl-C, and SIGKILL works, too.

mod captured;
mod outcome;
pub mod process_tree;
mod supervise;

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use crate::cli::error::{Error, Result};

pub use outcome::{Ended, Outcome};

/// The hidden command that makes the runner a supervisor.
pub const COMMAND: &str = "__supervise";

/// What to run, and its limits.
#[derive(Debug, Clone)]
pub struct CheckProcess {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The folder to run in.
    pub folder: PathBuf,
    /// A folder for temporary files, which the supervisor creates and removes.
    pub scratch: PathBuf,
    /// Variables that are added to the environment.
    pub environment: Vec<(String, String)>,
    /// How long it may run.
    pub deadline: Duration,
    /// How many bytes of resident memory its processes may hold together.
    pub memory: u64,
    /// How many bytes it may print.
    pub output: u64,
}

/// Runs `check` under a supervisor and waits for its outcome.
pub fn run(check: &CheckProcess) -> Result<Outcome> {
    let lost = |error: &dyn std::fmt::Display| {
        Error::internal(format!("the supervisor of a check didn't respond: {error}"))
    };
    let runner = std::env::current_exe().map_err(|error| lost(&error))?;
    let mut command = Command::new(runner);
    command
        .arg(COMMAND)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    process_tree::in_new_group(&mut command);
    let mut supervisor = command.spawn().map_err(|error| lost(&error))?;

    // The supervisor reads the check up to the end of the line. The pipe stays open as
    // long as this process lives.
    let mut lifeline = supervisor
        .stdin
        .take()
        .expect("standard input is piped above");
    let sent = lifeline.write_all(check.to_line().as_bytes());
    let mut answer = String::new();
    let mut answers = supervisor
        .stdout
        .take()
        .expect("standard output is piped above");
    let read = sent.and_then(|()| answers.read_to_string(&mut answer));
    drop(lifeline);
    let ended = supervisor.wait().map_err(|error| lost(&error))?;
    read.map_err(|error| lost(&error))?;
    Outcome::from_line(&answer).ok_or_else(|| lost(&ended))
}

/// The supervisor's main function: reads the check, runs it, and writes the outcome.
pub fn main() -> ExitCode {
    let answer =
        CheckProcess::from_input().and_then(|check| supervise::supervise(&check));
    match answer {
        Ok(outcome) => {
            // If nobody reads the outcome anymore, there's nothing left to do.
            let _ = std::io::stdout().write_all(outcome.to_line().as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("xtask: the supervisor of a check failed: {error}");
            ExitCode::FAILURE
        }
    }
}
