//! The panic hook, which notices every panic of the process, whichever thread or task
//! it happens in, even if it's caught.

use std::panic::{self, PanicHookInfo};
use std::sync::{Once, OnceLock};
use std::thread;

use crate::check::{self, Failure};
use crate::report::{self, Kind, Panic, Place, Record};

/// Tells the hook how to find out whether the current thread runs a spawned task. An
/// asynchronous runtime also runs tasks on the check's thread, and catches their
/// panics.
pub fn know_tasks_by(in_task: fn() -> bool) {
    // A second runtime in one process would be the same one.
    let _ = IN_TASK.set(in_task);
}

/// Reports a panic that the hook can't see, because it happened in a child server.
pub fn tell(panic: Panic) {
    report::write(&Record::Panic(panic.clone()));
    if panic.kind != Kind::Failure
        && let Some(check) = check::current()
    {
        check.remember(panic);
    }
}

/// Returns the kind of a panic that isn't a failed expectation, by its message.
pub fn kind_of(message: &str) -> Kind {
    if message.starts_with("not yet implemented") {
        Kind::Todo
    } else {
        Kind::Panic
    }
}

/// Installs the hook, once for each process.
pub(crate) fn install() {
    INSTALLED.call_once(|| {
        let ordinary = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if let Some(failure) = info.payload().downcast_ref::<Failure>() {
                if !report::is_heard() {
                    print(failure, info);
                }
                tell(seen(info, Kind::Failure, failure.to_string()));
            } else {
                if !report::is_heard() {
                    ordinary(info);
                }
                let message = info.payload_as_str().unwrap_or("no message");
                tell(seen(info, kind_of(message), message.to_owned()));
            }
        }));
    });
}

static INSTALLED: Once = Once::new();
static IN_TASK: OnceLock<fn() -> bool> = OnceLock::new();

fn print(failure: &Failure, info: &PanicHookInfo<'_>) {
    match info.location() {
        Some(at) => eprintln!("\n{failure}\n         at: {at}\n"),
        None => eprintln!("\n{failure}\n"),
    }
}

fn seen(info: &PanicHookInfo<'_>, kind: Kind, message: String) -> Panic {
    let location = info.location();
    Panic {
        kind,
        place: place(),
        file: location.map_or_else(String::new, |at| at.file().to_owned()),
        line: location.map_or(0, |at| at.line()),
        message,
    }
}

fn place() -> Place {
    let in_task = IN_TASK.get().is_some_and(|in_task| in_task());
    let on_thread =
        check::current().is_some_and(|check| check.runs_on(thread::current().id()));
    if on_thread && !in_task {
        Place::Check
    } else {
        Place::Task
    }
}
