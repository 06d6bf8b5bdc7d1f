//! A check, which wraps the body of every `#[test]` in a chapter.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};

use crate::memory::{self, Mark};
use crate::report::{self, Record};

mod expectations;
pub mod panics;
mod steps;

pub use steps::{Failure, Steps};

/// Runs `body` as a check.
///
/// The check fails if an expectation fails on any thread, or if anything in the process
/// panics meanwhile, unless the body has called [`Steps::expect_panics`]. It also fails
/// if the body evaluated no expectation at all, unless it has said why with
/// [`Steps::not_checkable`].
///
/// The checks of a process run one at a time, even if the harness starts several,
/// because memory and panics are counted for the whole process.
#[track_caller]
pub fn check(body: impl FnOnce(Steps)) {
    let _alone = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    report::open();
    panics::install();
    memory::set_limit_from_environment();

    let steps = Steps::new();
    set_current(Some(steps.clone()));
    report::write(&Record::Begin);
    let mark = Mark::now();
    let verdict = catch_unwind(AssertUnwindSafe(|| {
        body(steps.clone());
        steps.conclude()
    }));
    report::write(&Record::Memory {
        peak: mark.absolute_peak(),
        limit: memory::limit().unwrap_or(0),
        refused: memory::refused(),
    });
    set_current(None);
    match verdict {
        Ok(record) => report::write(&record),
        Err(payload) => resume_unwind(payload),
    }
}

/// The check that's running, for the panic hook and for child servers.
pub(crate) fn current() -> Option<Steps> {
    let current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
    current.clone()
}

fn set_current(steps: Option<Steps>) {
    *CURRENT.lock().unwrap_or_else(PoisonError::into_inner) = steps;
}

static RUNNING: Mutex<()> = Mutex::new(());
static CURRENT: Mutex<Option<Steps>> = Mutex::new(None);
