//! Where the cause of a failed response goes.
//!
//! Given: chapter 13 puts the cause of a failure into its log with it.

use std::cell::RefCell;
use std::fmt;
use std::io::Write;

tokio::task_local! {
    static NOTED: RefCell<Option<String>>;
}

/// Says why a response failed: to whoever runs [`noting`] around
/// the handler, and otherwise on standard error.
///
/// `eprintln!` would do for a program in a terminal. But it panics
/// when standard error is closed or its disk is full, and a server
/// has to outlive its log.
pub fn report(cause: fmt::Arguments<'_>) {
    let note = |noted: &RefCell<Option<String>>| {
        noted.replace(Some(cause.to_string()));
    };
    if NOTED.try_with(note).is_err() {
        let _ = writeln!(std::io::stderr(), "{cause}");
    }
}

/// Runs a handler, and returns what it reported as well: a server
/// with a log puts it into the line of the request. Of several
/// causes, the last one counts.
pub async fn noting<F: Future>(
    handler: F,
) -> (F::Output, Option<String>) {
    let noted = async {
        let output = handler.await;
        (output, NOTED.with(|noted| noted.borrow_mut().take()))
    };
    NOTED.scope(RefCell::new(None), noted).await
}
