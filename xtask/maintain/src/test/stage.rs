//! One part of the proof, which is a command for cargo.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, PipeReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use xtask::chapter::workspace::Workspace;
use xtask::cli::error::{Error, Result};
use xtask::cli::terminal::{Style, paint};
use xtask::grading::build;

/// A stage that takes longer than this is probably waiting for something that never
/// comes.
const DEADLINE: Duration = Duration::from_secs(45 * 60);

/// A part of the proof.
pub(super) struct Stage {
    /// The name that `--only` uses.
    pub name: &'static str,
    /// What it proves.
    pub about: &'static str,
    /// The arguments for cargo.
    pub words: Vec<String>,
    /// Which stages may run at the same time.
    pub lane: Lane,
}

/// Which stages may run at the same time: one from each of the two lanes. Neither keeps
/// all processors busy by itself, and they share no folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// None: it runs before the lanes.
    Alone,
    /// Stages that build in the scratch copies of the workbook.
    Copies,
    /// Stages that mostly wait: for browsers, servers, and programs that hang.
    Waits,
    /// None: it runs after the lanes.
    Last,
}

/// The result of a stage.
pub(super) struct Outcome {
    /// Proofs that passed.
    pub passed: u64,
    /// Proofs that failed.
    pub failed: u64,
    /// How long it took.
    pub took: Duration,
}

impl Stage {
    /// A stage whose command has no argument with a space.
    pub fn new(name: &'static str, about: &'static str, words: &str) -> Self {
        let words = words.split_whitespace().map(str::to_owned).collect();
        Self {
            name,
            about,
            words,
            lane: Lane::Alone,
        }
    }

    /// Puts it into a lane.
    pub fn beside(mut self, lane: Lane) -> Self {
        self.lane = lane;
        self
    }

    /// Adds arguments to the command.
    pub fn with(mut self, words: impl IntoIterator<Item = String>) -> Self {
        self.words.extend(words);
        self
    }

    /// Runs it. Its output is passed on, and the numbers in its closing lines are added
    /// up.
    pub fn run(&self, workspace: &Workspace) -> Result<Outcome> {
        println!("{}", self.title());
        let seen = self.watch(workspace, &mut |line| println!("{line}"))?;
        println!("{}", self.verdict(&seen));
        Ok(seen)
    }

    /// Runs it at the same time as another stage, so its output is printed in one piece
    /// at the end.
    pub fn run_beside(&self, workspace: &Workspace) -> Result<Outcome> {
        let mut said = self.title();
        let seen = self.watch(workspace, &mut |line| {
            let _ = write!(said, "\n{line}");
        })?;
        println!("{said}\n{}", self.verdict(&seen));
        Ok(seen)
    }

    fn title(&self) -> String {
        let title = format!("\n== {}: {}", self.name, self.about);
        paint(Style::Strong, &title)
    }

    fn verdict(&self, seen: &Outcome) -> String {
        format!(
            "-- {} {} in {} s: {} passed, {} failed",
            self.name,
            if seen.failed == 0 { "passed" } else { "FAILED" },
            seen.took.as_secs(),
            seen.passed,
            seen.failed
        )
    }

    fn watch(
        &self,
        workspace: &Workspace,
        tell: &mut dyn FnMut(&str),
    ) -> Result<Outcome> {
        let started = Instant::now();
        let lost = |error: std::io::Error| {
            Error::environment(format!("cannot run cargo: {error}"))
        };
        let (mut child, output) = self.start(workspace).map_err(lost)?;
        let mut seen = Outcome {
            passed: 0,
            failed: 0,
            took: Duration::ZERO,
        };
        let is_over = pass_on(&lines(output), started, &mut seen, tell);
        if !is_over {
            let _ = child.kill();
        }
        let status = child.wait().map_err(lost)?;
        match (status.success(), seen.passed + seen.failed) {
            // A stage that counts nothing counts as one proof.
            (true, 0) => seen.passed = 1,
            (false, _) if seen.failed == 0 => seen.failed = 1,
            _ => {}
        }
        seen.took = started.elapsed();
        Ok(seen)
    }

    /// Starts cargo. If another stage runs at the same time, errors are printed in
    /// order with the rest.
    fn start(&self, workspace: &Workspace) -> std::io::Result<(Child, PipeReader)> {
        let (output, input) = std::io::pipe()?;
        let mut command = build::cargo(workspace);
        command.args(&self.words);
        if matches!(self.lane, Lane::Copies | Lane::Waits) {
            command.stderr(input.try_clone()?);
        }
        // When this function returns, the command is dropped, and with it our own end
        // of the pipe.
        Ok((command.stdout(input).stdin(Stdio::null()).spawn()?, output))
    }
}

/// Returns the lines of a pipe as they arrive.
fn lines(output: PipeReader) -> Receiver<String> {
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

/// Prints and counts every line up to the last one. Returns false if the deadline came
/// first.
fn pass_on(
    lines: &Receiver<String>,
    started: Instant,
    seen: &mut Outcome,
    tell: &mut dyn FnMut(&str),
) -> bool {
    let mut last = String::from("(nothing)");
    loop {
        match lines.recv_timeout(DEADLINE.saturating_sub(started.elapsed())) {
            Ok(line) => {
                tell(&line);
                if let Some((passed, failed)) = summary(&line) {
                    seen.passed += passed;
                    seen.failed += failed;
                }
                last = line;
            }
            Err(RecvTimeoutError::Disconnected) => return true,
            Err(RecvTimeoutError::Timeout) => {
                let minutes = DEADLINE.as_secs() / 60;
                tell(&format!(
                    "Still running after {minutes} minutes. Its last line was: {last}"
                ));
                return false;
            }
        }
    }
}

/// Returns the numbers in a closing line: cargo's `test result: ok. 3 passed; 0
/// failed`, or our own `3 passed, 0 failed`.
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
