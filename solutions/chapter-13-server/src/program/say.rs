//! Prints to the standard streams.
//!
//! We provide this file: it's `println!` without its panic.

use std::fmt;
use std::io::{self, Write};

/// Prints a line to standard output, if anyone is reading it.
/// `println!` panics if its reader is gone or its disk is full, but a
/// server should keep serving.
pub(crate) fn say(line: impl fmt::Display) {
    let mut output = io::stdout().lock();
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}

/// Prints a line on standard error in the same way.
pub(crate) fn complain(line: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}
