//! The progress bar.
//!
//! Given: a terminal is not the subject.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often the line of a terminal changes.
const FRAME: Duration = Duration::from_millis(100);
/// How often a line is written where there is no terminal.
const LINE: Duration = Duration::from_secs(1);
/// The width of the bar, in characters.
const WIDTH: u64 = 30;

/// What is read and written, on the error output: on a terminal
/// one line that changes, elsewhere a line a second.
pub(crate) struct Bar {
    /// Bytes that will be read, as far as one can know.
    length: u64,
    read: u64,
    written: u64,
    terminal: bool,
    shown: Instant,
    /// A line on the terminal has no end yet.
    open: bool,
}

impl Bar {
    pub(crate) fn new(length: u64) -> Self {
        Self {
            length,
            read: 0,
            written: 0,
            terminal: io::stderr().is_terminal(),
            shown: Instant::now(),
            open: false,
        }
    }

    /// Takes both figures, and shows them when it is time.
    pub(crate) fn show(&mut self, read: u64, written: u64) {
        (self.read, self.written) = (read, written);
        let pause = if self.terminal { FRAME } else { LINE };
        if self.shown.elapsed() < pause {
            return;
        }
        self.shown = Instant::now();
        let text = self.text();
        // Nobody is served by an end because of a bar.
        let mut out = io::stderr();
        let _ = if self.terminal {
            self.open = true;
            write!(out, "\r{text}\x1b[K")
        } else {
            writeln!(out, "{text}")
        };
        let _ = out.flush();
    }

    /// Takes the bar off the terminal.
    pub(crate) fn end(&mut self) {
        if self.open {
            let _ = write!(io::stderr(), "\r\x1b[K");
            self.open = false;
        }
    }

    /// What was done, in a few words.
    pub(crate) fn summary(&self) -> String {
        let (read, written) = (self.read, self.written);
        format!("{read} bytes became {written}")
    }

    fn text(&self) -> String {
        // A file of no bytes is read whole at once.
        let share = |of: u64| match self.length {
            0 => of,
            length => (of as u128 * u128::from(self.read)
                / u128::from(length))
            .min(u128::from(of)) as u64,
        };
        let full = "#".repeat(share(WIDTH) as usize);
        let empty = " ".repeat((WIDTH - share(WIDTH)) as usize);
        let (read, length) = (mib(self.read), mib(self.length));
        let (percent, written) = (share(100), mib(self.written));
        format!(
            "[{full}{empty}] {percent:3}%  read {read} of {length} \
             MiB, written {written} MiB"
        )
    }
}

/// Mebibytes with one digit.
fn mib(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / (1024.0 * 1024.0))
}
