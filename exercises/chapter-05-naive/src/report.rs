//! Reports why a response failed.
//!
//! We provide this file. Chapter 13 uses it to log the causes of
//! failures.

use std::cell::RefCell;
use std::fmt;
use std::io::Write;

tokio::task_local! {
    static NOTED: RefCell<Option<String>>;
}

/// Reports why a response failed: to the [`noting`] around the handler
/// if there is one, and on standard error otherwise.
///
/// `eprintln!` would do for a program in a terminal. But it panics when
/// standard error is closed or its disk is full, and a server has to
/// outlive its log.
pub fn report(cause: fmt::Arguments<'_>) {
    let note = |noted: &RefCell<Option<String>>| {
        noted.replace(Some(cause.to_string()));
    };
    if NOTED.try_with(note).is_err() {
        let _ = writeln!(std::io::stderr(), "{cause}");
    }
}

/// Runs a handler, and returns what it reported together with its
/// result, so that a server with a log can put the cause in the line of
/// the request. If there were several reports, the last one is
/// returned.
pub async fn noting<F: Future>(
    handler: F,
) -> (F::Output, Option<String>) {
    let noted = async {
        let output = handler.await;
        (output, NOTED.with(|noted| noted.borrow_mut().take()))
    };
    NOTED.scope(RefCell::new(None), noted).await
}
