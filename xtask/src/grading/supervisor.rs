//! The keeper: a small process beside each check that sets its limits, watches
//! it, and leaves nothing of it behind.
//!
//! The runner starts itself once more as the keeper and holds its standard
//! input open. When that pipe closes, for whatever reason (the runner ended,
//! was interrupted, was killed), the keeper ends the check and everything the
//! check started. So Ctrl-C needs no signal handler, and SIGKILL is covered.

mod captured;
pub mod family;
mod outcome;
mod watch;

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

pub use outcome::{Ended, Outcome};

use crate::exit::{Fault, Result};

/// The hidden command that makes the runner a keeper.
pub const COMMAND: &str = "__keep";

/// What to run, and its limits.
#[derive(Debug, Clone)]
pub struct Job {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The folder to run in.
    pub folder: PathBuf,
    /// A folder for temporary files; the keeper makes it and removes it.
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

/// Runs `job` under a keeper and waits for its outcome.
pub fn run(job: &Job) -> Result<Outcome> {
    let lost = |error: &dyn std::fmt::Display| {
        Fault::runner(format!("the keeper of a check did not answer: {error}"))
    };
    let runner = std::env::current_exe().map_err(|error| lost(&error))?;
    let mut command = Command::new(runner);
    command
        .arg(COMMAND)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    family::apart(&mut command);
    let mut keeper = command.spawn().map_err(|error| lost(&error))?;

    // The keeper reads the job up to the line's end; the pipe stays open as
    // long as this process lives.
    let mut lifeline = keeper.stdin.take().expect("standard input is piped above");
    let sent = lifeline.write_all(job.to_line().as_bytes());
    let mut answer = String::new();
    let mut answers = keeper
        .stdout
        .take()
        .expect("standard output is piped above");
    let read = sent.and_then(|()| answers.read_to_string(&mut answer));
    drop(lifeline);
    let ended = keeper.wait().map_err(|error| lost(&error))?;
    read.map_err(|error| lost(&error))?;
    Outcome::from_line(&answer).ok_or_else(|| lost(&ended))
}

/// The keeper's own life: read the job, run it, answer.
pub fn main(_words: &[String]) -> ExitCode {
    let answer = Job::from_input().and_then(|job| watch::keep(&job));
    match answer {
        Ok(outcome) => {
            // Nobody may listen any more: then there is nothing left to tell.
            let _ = std::io::stdout().write_all(outcome.to_line().as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("xtask: the keeper of a check failed: {error}");
            ExitCode::FAILURE
        }
    }
}
