//! What the program says on its standard streams.
//!
//! Given: `println!` without its panic.

use std::fmt;
use std::io::{self, Write};

/// Prints a line on standard output, if anybody reads it.
/// `println!` panics when its reader is gone or its disk is full;
/// a server goes on serving.
pub(crate) fn say(line: impl fmt::Display) {
    let mut output = io::stdout().lock();
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}

/// The same on standard error.
pub(crate) fn complain(line: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}
