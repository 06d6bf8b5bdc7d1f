//! The handle of a check, which records what has happened, and decides how it ends.

use std::collections::VecDeque;
use std::fmt::{self, Display};
use std::panic::{panic_any, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use crate::report::{self, Kind, Panic, Place, Record};

/// The handle of a running check: announces steps and evaluates expectations.
///
/// All clones belong to the same check, and they may be used on other threads and
/// tasks. If an expectation fails there, the check fails, too.
#[derive(Clone)]
pub struct Steps {
    inner: Arc<Inner>,
}

struct Inner {
    /// Distinguishes a panic of the check's own thread from a panic elsewhere.
    thread: ThreadId,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The newest steps. Older ones are dropped, because a check may announce
    /// thousands, and they would count as memory of the learner's code.
    recent: VecDeque<String>,
    /// The number of steps so far, including dropped ones.
    steps: usize,
    expectations: usize,
    repeat: Option<String>,
    expects_panics: bool,
    not_checkable: Option<String>,
    /// Panics that weren't failed expectations, on any thread.
    panics: Vec<Panic>,
    failure: Option<Failure>,
}

/// How many steps a transcript shows.
const RECENT: usize = 24;
/// How many panics are kept. More would only be repetitions.
const PANICS: usize = 16;

/// The payload of a failed expectation. It's printed as a numbered transcript.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What was compared.
    pub what: String,
    /// The value that the chapter promises.
    pub expected: String,
    /// The value that was there instead.
    pub seen: String,
    /// The steps up to this one, with their numbers.
    pub steps: Vec<(usize, String)>,
    /// The command that repeats the request.
    pub repeat: Option<String>,
}

impl Steps {
    pub(crate) fn new() -> Steps {
        Steps {
            inner: Arc::new(Inner {
                thread: thread::current().id(),
                state: Mutex::default(),
            }),
        }
    }

    /// Announces a step before it runs. If the code never returns, the last step shows
    /// where it is.
    pub fn step(&self, name: impl Display) {
        let name = name.to_string();
        report::write(&Record::Step(name.clone()));
        let mut state = self.state();
        state.steps += 1;
        if state.recent.len() == RECENT {
            state.recent.pop_front();
        }
        state.recent.push_back(name);
    }

    /// Shows a measured figure, even if the check passes.
    pub fn note(&self, text: impl Display) {
        let text = text.to_string();
        if !report::is_heard() {
            println!("note: {text}");
        }
        report::write(&Record::Note(text));
    }

    /// Gives the command that repeats the request by hand, with the real port.
    pub fn repeat_with(&self, command: impl Display) {
        let command = command.to_string();
        report::write(&Record::Repeat(command.clone()));
        self.state().repeat = Some(command);
    }

    /// Says that panics in other threads, in tasks, or in a child server are expected
    /// in this check. A `todo!` still fails it.
    pub fn expect_panics(&self) {
        self.state().expects_panics = true;
    }

    /// Says that this system doesn't have what the rest of the check needs, and why.
    /// The body returns after this call. An expectation that failed before still fails
    /// the check. No check calls this on Linux.
    pub fn not_checkable(&self, why: impl Display) {
        let why = why.to_string();
        if !report::is_heard() {
            println!("not checkable here: {why}");
        }
        self.state().not_checkable.get_or_insert(why);
    }

    /// Returns the panics so far that weren't failed expectations, at most sixteen.
    pub fn panics(&self) -> Vec<Panic> {
        self.state().panics.clone()
    }

    /// Fails the check.
    #[track_caller]
    pub fn fail(&self, expected: impl Display, seen: impl Display) -> ! {
        let what = self.state().recent.back().cloned().unwrap_or_default();
        self.fail_at(what, expected, seen)
    }

    /// Fails the check, and names what was compared.
    #[track_caller]
    pub(super) fn fail_at(
        &self,
        what: impl Display,
        expected: impl Display,
        seen: impl Display,
    ) -> ! {
        let (what, expected) = (what.to_string(), expected.to_string());
        let seen = seen.to_string();
        report::write(&Record::Wrong {
            what: what.clone(),
            expected: expected.clone(),
            seen: seen.clone(),
        });
        let failure = {
            let mut state = self.state();
            let first = state.steps - state.recent.len() + 1;
            let failure = Failure {
                what,
                expected,
                seen,
                steps: (first..).zip(state.recent.iter().cloned()).collect(),
                repeat: state.repeat.clone(),
            };
            state.failure.get_or_insert_with(|| failure.clone());
            failure
        };
        panic_any(failure)
    }

    /// Counts an expectation, because a check without any has checked nothing.
    pub(super) fn evaluated(&self) {
        self.state().expectations += 1;
    }

    /// Decides whether a check whose body has returned has passed.
    #[track_caller]
    pub(super) fn conclude(&self) -> Record {
        let (failure, panic, expectations, not_checkable) = {
            let state = self.state();
            let expected = state.expects_panics;
            let unexpected = |panic: &&Panic| !expected || panic.kind == Kind::Todo;
            let panic = state.panics.iter().find(unexpected).cloned();
            let why = state.not_checkable.clone();
            (state.failure.clone(), panic, state.expectations, why)
        };
        if let Some(failure) = failure {
            // The failure happened in a task that nobody awaited, and it was printed
            // already.
            resume_unwind(Box::new(failure));
        }
        if let Some(panic) = panic {
            let place = match panic.place {
                Place::Check => "caught on the way",
                Place::Task => "in another thread or task",
                Place::Server => "in the server",
            };
            let Panic {
                file,
                line,
                message,
                ..
            } = panic;
            self.fail_at(
                "panics while the check ran",
                "no panic",
                format_args!("panicked {place}, at {file}:{line}: {message}"),
            );
        }
        if let Some(why) = not_checkable {
            return Record::NotCheckable(why);
        }
        if expectations == 0 {
            self.fail_at(
                "the check itself",
                "at least one expectation",
                "this check asserted nothing",
            );
        }
        Record::Passed
    }

    /// Returns whether `thread` runs the body of this check.
    pub(crate) fn runs_on(&self, thread: ThreadId) -> bool {
        self.inner.thread == thread
    }

    /// Records a panic that isn't a failed expectation.
    pub(crate) fn remember(&self, panic: Panic) {
        let mut state = self.state();
        // A `todo!` is always kept, because it decides the verdict.
        if state.panics.len() < PANICS || panic.kind == Kind::Todo {
            state.panics.truncate(PANICS - 1);
            state.panics.push(panic);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((first, _)) = self.steps.first()
            && *first > 1
        {
            writeln!(f, "  … {} steps before", first - 1)?;
        }
        let last = self.steps.last().map_or(0, |(number, _)| *number);
        for (number, name) in &self.steps {
            let arrow = if *number == last { "->" } else { "  " };
            writeln!(f, "{arrow} {number:>2}. {name}")?;
        }
        writeln!(f, "      wrong: {}", self.what)?;
        writeln!(f, "   expected: {}", self.expected)?;
        write!(f, "       seen: {}", self.seen)?;
        if let Some(command) = &self.repeat {
            write!(f, "\n  repeat it: {command}")?;
        }
        Ok(())
    }
}
