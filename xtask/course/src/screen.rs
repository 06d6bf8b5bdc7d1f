//! What the terminal can show: how wide it is, and in which letters.

use std::env;
use std::io::{IsTerminal, Write};
use std::sync::OnceLock;

use crate::plain::ascii;
use crate::wrap::wrapped;

/// Lines are no longer than this on any terminal: longer ones are hard to read.
pub const WIDTH: usize = 80;
/// A narrower terminal breaks our lines itself: one word a line helps nobody.
const LEAST: usize = 40;

/// Prints text for people, and a line end.
pub fn say(text: &str) {
    println!("{}", shown(&wrapped(text, width(Stream::Out))));
}

/// Prints text for people on standard error, and a line end.
pub fn complain(text: &str) {
    let text = shown(&wrapped(text, width(Stream::Error))).into_owned() + "\n";
    // Whoever closed it doesn't want to read.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Prints lines as they are broken already, and a line end.
pub fn show(text: &str) {
    println!("{}", shown(text));
}

/// The text in the letters that the terminal has.
pub fn shown(text: &str) -> std::borrow::Cow<'_, str> {
    if speaks_utf8() {
        text.into()
    } else {
        ascii(text)
    }
}

/// Whether the locale is one with UTF-8. Of its variables, the first that is set
/// decides, as in POSIX. A dumb terminal gets ASCII in any case.
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

/// The columns of standard output, where lines are broken.
pub fn columns() -> usize {
    width(Stream::Out)
}

/// The environment variable in which the runner passes the width of the terminal to the
/// tools that it starts. The standard library can't ask a terminal for its width, and only
/// the runner has a crate that can.
pub const COLUMNS: &str = "FLAT_MEMORY_COLUMNS";

/// One of the two streams that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Error,
}

/// Asks a terminal for its columns; nothing where there is no terminal.
pub type Probe = fn(Stream) -> Option<usize>;

static PROBE: OnceLock<Probe> = OnceLock::new();

/// From now on terminals are asked with `probe`.
pub fn ask_with(probe: Probe) {
    // A second one would ask the same terminal.
    let _ = PROBE.set(probe);
}

fn width(stream: Stream) -> usize {
    let columns = match PROBE.get() {
        Some(probe) => probe(stream),
        None => told(stream),
    };
    match columns {
        // What isn't a terminal is read in one, later; and some terminals don't know.
        None | Some(0) => WIDTH,
        Some(columns) => columns.clamp(LEAST, WIDTH),
    }
}

/// What the runner has said of the terminal.
fn told(stream: Stream) -> Option<usize> {
    let is_terminal = match stream {
        Stream::Out => std::io::stdout().is_terminal(),
        Stream::Error => std::io::stderr().is_terminal(),
    };
    let columns = env::var(COLUMNS).ok().filter(|_| is_terminal);
    columns?.parse().ok()
}
