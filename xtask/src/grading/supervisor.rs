//! The supervisor: a small process beside each check that sets its limits, watches
//! it, and leaves nothing of it behind.
//!
//! The runner starts itself once more as the supervisor and holds its standard
//! input open. When that pipe closes, for whatever reason (the runner ended,
//! was interrupted, was killed), the supervisor ends the check and everything the
//! check started. So Ctrl-C needs no signal handler, and SIGKILL is covered.

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
    /// A folder for temporary files; the supervisor makes it and removes it.
    pub scratch: PathBuf,
    /// Added to the environment.
    pub environment: Vec<(String, String)>,
    /// How long it may run.
    pub deadline: Duration,
    /// How many bytes its processes may hold in resident memory together.
    pub memory: u64,
    /// How many bytes it may print.
    pub output: u64,
}

/// Runs `check` under a supervisor and waits for its outcome.
pub fn run(check: &CheckProcess) -> Result<Outcome> {
    let lost = |error: &dyn std::fmt::Display| {
        Error::internal(format!("the supervisor of a check did not answer: {error}"))
    };
    let runner = std::env::current_exe().map_err(|error| lost(&error))?;
    let mut command = Command::new(runner);
    command
        .arg(COMMAND)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    process_tree::in_new_group(&mut command);
    let mut supervisor = command.spawn().map_err(|error| lost(&error))?;

    // The supervisor reads the check up to the line's end; the pipe stays open as
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

/// What the supervisor does: read the check, run it, answer.
pub fn main() -> ExitCode {
    let answer =
        CheckProcess::from_input().and_then(|check| supervise::supervise(&check));
    match answer {
        Ok(outcome) => {
            // Nobody may listen any more: then there is nothing left to tell.
            let _ = std::io::stdout().write_all(outcome.to_line().as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("xtask: the supervisor of a check failed: {error}");
            ExitCode::FAILURE
        }
    }
}
