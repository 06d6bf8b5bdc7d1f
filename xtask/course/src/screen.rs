//! What the terminal can show: how many columns, and which characters.

use std::env;
use std::io::{IsTerminal, Write};
use std::sync::OnceLock;

use crate::plain::ascii;
use crate::wrap::wrapped;

/// The maximum length of a line, because longer lines are hard to read on any terminal.
pub const WIDTH: usize = 80;
/// The minimum width at which we wrap lines. A narrower terminal wraps them itself,
/// because one word on each line would help nobody.
const LEAST: usize = 40;

/// Prints text for people, and a line feed.
pub fn say(text: &str) {
    println!("{}", shown(&wrapped(text, width(Stream::Out))));
}

/// Prints text for people on standard error, and a line feed.
pub fn complain(text: &str) {
    let text = shown(&wrapped(text, width(Stream::Error))).into_owned() + "\n";
    // An error means that the reader has closed the stream, which is fine.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Prints lines that are wrapped already, and a line feed.
pub fn show(text: &str) {
    println!("{}", shown(text));
}

/// Returns the text in the characters that the terminal can show.
pub fn shown(text: &str) -> std::borrow::Cow<'_, str> {
    if speaks_utf8() {
        text.into()
    } else {
        ascii(text)
    }
}

/// Returns whether the locale uses UTF-8. As in POSIX, the first of its variables that
/// is set decides. A dumb terminal always gets ASCII.
pub fn speaks_utf8() -> bool {
    if cfg!(windows) {
        // Windows Terminal sets this; the old console shows boxes instead.
        return env::var_os("WT_SESSION").is_some();
    }
    if env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return false;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    let locale = locale.unwrap_or_default().to_uppercase();
    locale.contains("UTF-8") || locale.contains("UTF8")
}

/// Returns the width of standard output, at which lines are wrapped.
pub fn columns() -> usize {
    width(Stream::Out)
}

/// The environment variable in which the runner passes the terminal's width to the
/// tools that it starts. The standard library can't read the width, and only the runner
/// has a crate that can.
pub const COLUMNS: &str = "FLAT_MEMORY_COLUMNS";

/// One of the two streams that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Error,
}

/// Reads the width of a terminal. Returns nothing if the stream isn't a terminal.
pub type Probe = fn(Stream) -> Option<usize>;

static PROBE: OnceLock<Probe> = OnceLock::new();

/// Makes later calls read the width with `probe`.
pub fn ask_with(probe: Probe) {
    // A second probe would ask the same terminal.
    let _ = PROBE.set(probe);
}

fn width(stream: Stream) -> usize {
    let columns = match PROBE.get() {
        Some(probe) => probe(stream),
        None => told(stream),
    };
    match columns {
        // Output that isn't a terminal's is probably read in one later, and some
        // terminals don't know their width.
        None | Some(0) => WIDTH,
        Some(columns) => columns.clamp(LEAST, WIDTH),
    }
}

/// Returns the width that the runner has passed.
fn told(stream: Stream) -> Option<usize> {
    let is_terminal = match stream {
        Stream::Out => std::io::stdout().is_terminal(),
        Stream::Error => std::io::stderr().is_terminal(),
    };
    let columns = env::var(COLUMNS).ok().filter(|_| is_terminal);
    columns?.parse().ok()
}
