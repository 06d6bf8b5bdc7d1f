//! What the terminal can show: how wide it is, and in which letters.

use std::env;
use std::io::Write;

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
    match speaks_utf8() {
        true => text.into(),
        false => ascii(text),
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

#[derive(Clone, Copy)]
enum Stream {
    Out,
    Error,
}

/// What isn't a terminal is read in one, later.
#[cfg(unix)]
fn width(stream: Stream) -> usize {
    let size = match stream {
        Stream::Out => rustix::termios::tcgetwinsize(std::io::stdout()),
        Stream::Error => rustix::termios::tcgetwinsize(std::io::stderr()),
    };
    match size.map_or(0, |size| usize::from(size.ws_col)) {
        // Some terminals don't know.
        0 => WIDTH,
        columns => columns.clamp(LEAST, WIDTH),
    }
}

#[cfg(not(unix))]
fn width(_stream: Stream) -> usize {
    let _ = LEAST;
    WIDTH
}
