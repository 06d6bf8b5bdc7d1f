//! One part of the proof: a command of cargo's.

use std::io::{BufRead, BufReader};
use std::process::{ChildStdout, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::build;
use crate::exit::{Fault, Result};
use crate::terminal::{Ink, paint};
use crate::workspace::Workspace;

/// A stage that takes longer waits for something that never comes.
const DEADLINE: Duration = Duration::from_secs(45 * 60);

/// A part of the proof.
pub(super) struct Stage {
    /// What `--only` calls it.
    pub name: &'static str,
    /// What it proves.
    pub about: &'static str,
    /// What cargo is told.
    pub words: Vec<String>,
}

/// What came of a stage.
pub(super) struct Outcome {
    /// Proofs that passed.
    pub passed: u64,
    /// Proofs that failed.
    pub failed: u64,
    /// How long it took.
    pub took: Duration,
}

impl Stage {
    /// A stage whose command has no word with a blank.
    pub fn new(name: &'static str, about: &'static str, words: &str) -> Self {
        let words = words.split_whitespace().map(str::to_owned).collect();
        Self { name, about, words }
    }

    /// Adds words to the command.
    pub fn with(mut self, words: impl IntoIterator<Item = String>) -> Self {
        self.words.extend(words);
        self
    }

    /// Runs it; what it prints passes through, and its closing lines are counted.
    pub fn run(&self, workspace: &Workspace) -> Result<Outcome> {
        let title = format!("\n== {}: {}", self.name, self.about);
        println!("{}", paint(Ink::Strong, &title));
        let started = Instant::now();
        let lost = |error: std::io::Error| {
            Fault::machine(format!("cannot run cargo: {error}"))
        };
        let mut child = build::cargo(workspace)
            .args(&self.words)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(lost)?;
        let output = child.stdout.take().expect("standard output is piped above");
        let mut seen = Outcome {
            passed: 0,
            failed: 0,
            took: Duration::ZERO,
        };
        let is_over = pass_on(&lines(output), started, &mut seen);
        if !is_over {
            let _ = child.kill();
        }
        let status = child.wait().map_err(lost)?;
        match (status.success(), seen.passed + seen.failed) {
            // A stage that counts nothing is one proof of its own.
            (true, 0) => seen.passed = 1,
            (false, _) if seen.failed == 0 => seen.failed = 1,
            _ => {}
        }
        seen.took = started.elapsed();
        let word = if seen.failed == 0 { "passed" } else { "FAILED" };
        println!(
            "-- {} {word} in {} s: {} passed, {} failed",
            self.name,
            seen.took.as_secs(),
            seen.passed,
            seen.failed
        );
        Ok(seen)
    }
}

/// The lines of a pipe, as they come.
fn lines(output: ChildStdout) -> Receiver<String> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(|line| line.ok()) {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    receive
}

/// Prints and counts every line up to the last one; false if the deadline came first.
fn pass_on(lines: &Receiver<String>, started: Instant, seen: &mut Outcome) -> bool {
    let mut last = String::from("(nothing)");
    loop {
        match lines.recv_timeout(DEADLINE.saturating_sub(started.elapsed())) {
            Ok(line) => {
                println!("{line}");
                if let Some((passed, failed)) = summary(&line) {
                    seen.passed += passed;
                    seen.failed += failed;
                }
                last = line;
            }
            Err(RecvTimeoutError::Disconnected) => return true,
            Err(RecvTimeoutError::Timeout) => {
                let minutes = DEADLINE.as_secs() / 60;
                println!(
                    "No end after {minutes} minutes. The last it said was: {last}"
                );
                return false;
            }
        }
    }
}

/// The numbers in a closing line: cargo's `test result: ok. 3 passed; 0 failed`
/// or our own `3 passed, 0 failed`.
fn summary(line: &str) -> Option<(u64, u64)> {
    let line = line.trim();
    let rest = match line.strip_prefix("test result: ") {
        Some(result) => result.split_once(". ")?.1,
        None if line.starts_with(|c: char| c.is_ascii_digit()) => line,
        None => return None,
    };
    let mut words = rest.split([' ', ';', ',']).filter(|word| !word.is_empty());
    let passed = words.next()?.parse().ok()?;
    let ("passed", failed, "failed") = (words.next()?, words.next()?, words.next()?)
    else {
        return None;
    };
    Some((passed, failed.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_counted_and_nothing_else() {
        let cargo = "test result: ok. 12 passed; 1 failed; 0 ignored; 0 measured";
        assert_eq!(summary(cargo), Some((12, 1)));
        assert_eq!(summary("7 passed, 2 failed"), Some((7, 2)));
        assert_eq!(summary("7 of 9 passed."), None);
        assert_eq!(summary("12 files agree with their solutions."), None);
    }
}
