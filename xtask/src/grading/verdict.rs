//! The verdict: turns the outcome of a check into what the learner reads.

use std::fmt;

use course::checks_file::{Check, Step};
use course::report::{Kind, Panic, Place, Record};
use course::size::rounded;
use course::status::Status;

use crate::grading::supervisor::{Ended, Outcome};

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The kind of verdict.
    pub status: Status,
    /// What happened, in a line.
    pub message: String,
    /// The steps up to the one that failed.
    pub steps: Vec<String>,
    /// The expected and the actual value.
    pub compared: Option<Compared>,
    /// Figures that were measured.
    pub notes: Vec<String>,
    /// The end of what the code itself printed.
    pub printed: Vec<String>,
    /// The command that repeats the check's request by hand.
    pub repeat: Option<String>,
    /// The location of a `todo!` or a panic.
    pub location: Option<SourceLocation>,
    /// The earlier chapter that this check needs, as `chapter-2`.
    pub needs: Option<String>,
}

impl Verdict {
    /// Returns the verdict for every check of code that doesn't compile.
    pub fn uncompiled() -> Self {
        Self {
            status: Status::DoesNotCompile,
            message: "the compiler's errors are above".to_owned(),
            steps: Vec::new(),
            compared: None,
            notes: Vec::new(),
            printed: Vec::new(),
            repeat: None,
            location: None,
            needs: None,
        }
    }
}

impl Verdict {
    /// Returns the step that failed, if it has its own explanation.
    pub fn failed_step<'a>(&self, check: &'a Check) -> Option<&'a Step> {
        let last = self.steps.last().map(String::as_str);
        check.failed_step(&self.message, last)
    }

    /// Returns why the failure matters.
    pub fn why<'a>(&self, check: &'a Check) -> &'a str {
        let step = self.failed_step(check);
        step.map_or(&check.why, |step| &step.why)
    }

    /// Returns the file that the failure is about.
    pub fn file<'a>(&self, check: &'a Check) -> Option<&'a String> {
        let step = self.failed_step(check);
        let own = step.and_then(|step| step.file.as_ref());
        own.or(check.file.as_ref())
    }
}

/// A line of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLocation {
    /// The file, as the compiler names it.
    pub file: String,
    /// The line, counted from 1, or 0 if it's unknown.
    pub line: u32,
}

/// Writes the location in the form that editors accept: `src/lib.rs:12`.
impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The two sides of a failed expectation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The value that was promised.
    pub expected: String,
    /// The value that was found.
    pub seen: String,
}

/// Returns the verdict on the outcome of a check that was limited to `memory` bytes and
/// `seconds`.
pub fn judge(
    outcome: &Outcome,
    records: &[Record],
    memory: u64,
    seconds: u64,
) -> Verdict {
    let evidence = Evidence::gather(outcome, records);
    let (status, message, location) = evidence.verdict(memory, seconds);
    let compared = evidence.wrong.filter(|_| status == Status::Wrong);
    let strings = |pick: fn(&Record) -> Option<&String>| {
        records.iter().filter_map(pick).cloned().collect::<Vec<_>>()
    };
    Verdict {
        status,
        message,
        steps: strings(|record| match record {
            Record::Step(step) => Some(step),
            _ => None,
        }),
        compared,
        notes: strings(|record| match record {
            Record::Note(note) => Some(note),
            _ => None,
        }),
        repeat: strings(|record| match record {
            Record::Repeat(command) => Some(command),
            _ => None,
        })
        .pop(),
        printed: printed(outcome),
        location,
        needs: None,
    }
}

/// Returns what the code itself printed, without the lines that the test harness prints
/// around it.
fn printed(outcome: &Outcome) -> Vec<String> {
    /// Enough lines for debugging by printing. The rest would only make the output
    /// long.
    const SHOWN: usize = 12;
    const WIDTH: usize = 200;
    let harness = |line: &&str| {
        !["", "running 1 test", "ok", "FAILED"].contains(line)
            && !line.starts_with("test result: ")
    };
    let stdout = outcome.stdout.lines().map(|line| {
        // The harness completes its own line only after the test.
        let named = line
            .strip_prefix("test ")
            .and_then(|rest| rest.split_once(" ... "));
        named.map_or(line, |(_, rest)| rest)
    });
    // After a failure, the harness repeats the test's name, indented.
    let stdout = stdout.take_while(|line| *line != "failures:");
    let stderr = outcome.stderr.lines().filter(|line| !line.is_empty());
    let lines: Vec<&str> = stdout.filter(harness).chain(stderr).collect();
    let skipped = lines.len().saturating_sub(SHOWN);
    // Control characters could clear the screen or rename the window.
    let plain = |c: char| {
        if c.is_control() && c != '\t' {
            '\u{fffd}'
        } else {
            c
        }
    };
    let shown = lines[skipped..].iter();
    shown
        .map(|line| line.chars().take(WIDTH).map(plain).collect())
        .collect()
}

type Decision = (Status, String, Option<SourceLocation>);

struct Evidence<'a> {
    outcome: &'a Outcome,
    passed: bool,
    not_checkable: Option<&'a str>,
    begun: bool,
    refused: u64,
    peak: u64,
    wrong: Option<Compared>,
    what: Option<&'a str>,
    todo: Option<&'a Panic>,
    panic: Option<&'a Panic>,
}

impl<'a> Evidence<'a> {
    fn gather(outcome: &'a Outcome, records: &'a [Record]) -> Self {
        let mut evidence = Self {
            outcome,
            passed: false,
            not_checkable: None,
            begun: false,
            refused: 0,
            peak: outcome.peak,
            wrong: None,
            what: None,
            todo: None,
            panic: None,
        };
        for record in records {
            evidence.take(record);
        }
        evidence
    }

    fn take(&mut self, record: &'a Record) {
        match record {
            Record::Begin => self.begun = true,
            Record::Passed => self.passed = true,
            Record::NotCheckable(why) => self.not_checkable = Some(why),
            Record::Memory { peak, refused, .. } => {
                self.refused = *refused;
                self.peak = self.peak.max(*peak);
            }
            Record::Wrong {
                what,
                expected,
                seen,
            } if self.what.is_none() => {
                self.what = Some(what);
                self.wrong = Some(Compared {
                    expected: expected.clone(),
                    seen: seen.clone(),
                });
            }
            Record::Panic(panic) => match panic.kind {
                Kind::Todo => self.todo = self.todo.or(Some(panic)),
                Kind::Panic => self.panic = self.panic.or(Some(panic)),
                Kind::Failure => {}
            },
            Record::Wrong { .. }
            | Record::Step(_)
            | Record::Note(_)
            | Record::Repeat(_) => {}
        }
    }

    /// Decides the verdict. The order matters, because a cause comes before its
    /// consequences.
    fn verdict(&self, memory: u64, seconds: u64) -> Decision {
        if let Some(too_much) = self.memory(memory) {
            return (Status::TooMuchMemory, too_much, None);
        }
        let well = self.passed || self.not_checkable.is_some();
        if self.outcome.ended == Ended::Code(0) && well {
            return self.well_ended();
        }
        if let Some(todo) = self.todo {
            return (Status::NotStarted, todo_text(&todo.message), location(todo));
        }
        match self.outcome.ended {
            Ended::Output => crashed("it printed too much and didn't stop"),
            Ended::Deadline => self.timed_out(seconds),
            Ended::Code(code) => self.ended_with(code),
            Ended::Signal(signal) => self.killed_by(signal),
            Ended::Memory => unreachable!("`memory` above has an answer for it"),
        }
    }

    fn well_ended(&self) -> Decision {
        match self.outcome.left_behind {
            0 => match self.not_checkable {
                None => (Status::Passed, String::new(), None),
                Some(why) => (Status::NotCheckable, why.to_owned(), None),
            },
            1 => crashed("it left 1 process behind"),
            count => crashed(&format!("it left {count} processes behind")),
        }
    }

    fn memory(&self, limit: u64) -> Option<String> {
        let limit_text = rounded(limit);
        if self.outcome.ended == Ended::Memory {
            let peak = rounded(self.peak);
            return Some(format!("it held {peak}; the limit is {limit_text}"));
        }
        let aborted = self
            .outcome
            .stderr
            .lines()
            .filter_map(|line| line.strip_prefix("memory allocation of "))
            .find_map(|rest| rest.strip_suffix(" bytes failed")?.parse().ok());
        let asked = if self.passed {
            None
        } else {
            aborted.or(self.refused())
        };
        asked.map(|asked| {
            let peak = rounded(self.peak);
            let asked = rounded(asked);
            format!(
                "it held {peak} and asked for {asked} more; the limit is {limit_text}"
            )
        })
    }

    fn refused(&self) -> Option<u64> {
        (self.refused > 0).then_some(self.refused)
    }

    fn timed_out(&self, seconds: u64) -> Decision {
        let how = match self.outcome.busy {
            Some(true) => {
                "; it was busy all the time, so it may be an endless loop, or a wait that polls again and again"
            }
            Some(false) => "; it was waiting for something that never came",
            None => "",
        };
        let message = format!("it didn't finish within {seconds} s{how}");
        (Status::TimedOut, message, None)
    }

    fn ended_with(&self, code: i32) -> Decision {
        if let Some(what) = self.what {
            let mut message = what.to_owned();
            if let Some(panic) = self.panic {
                message += &format!(" ({} panicked: {})", who(panic), panic.message);
            }
            return (Status::Wrong, message, self.panic.and_then(location));
        }
        match self.panic {
            Some(panic) => {
                let message = format!("{} panicked: {}", who(panic), panic.message);
                (Status::Crashed, message, location(panic))
            }
            None if self.begun => crashed(&format!(
                "the program exited with code {code} in the middle of the check"
            )),
            None => crashed(&format!(
                "the check didn't begin; the program exited with code {code}"
            )),
        }
    }

    fn killed_by(&self, signal: i32) -> Decision {
        if self.outcome.stderr.contains("has overflowed its stack") {
            return crashed(
                "its stack overflowed, probably because of an endless recursion",
            );
        }
        match signal {
            6 => crashed("it aborted"),
            11 => crashed("it accessed memory that isn't its own (SIGSEGV)"),
            other => crashed(&format!("signal {other} killed it")),
        }
    }
}

/// Returns the part of a `todo!` message that the learner should read.
fn todo_text(message: &str) -> String {
    let text = message
        .strip_prefix("not yet implemented")
        .unwrap_or(message);
    match text.trim_start_matches(':').trim() {
        "" => "a `todo!` is still there".to_owned(),
        text => text.to_owned(),
    }
}

fn who(panic: &Panic) -> &'static str {
    match panic.place {
        Place::Server => "the server",
        Place::Task => "a task",
        Place::Check => "the code",
    }
}

fn location(panic: &Panic) -> Option<SourceLocation> {
    Some(SourceLocation {
        file: panic.file.clone(),
        line: panic.line,
    })
}

fn crashed(message: &str) -> Decision {
    (Status::Crashed, message.to_owned(), None)
}

#[cfg(test)]
mod tests;
