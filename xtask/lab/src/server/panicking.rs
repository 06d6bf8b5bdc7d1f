//! Recognizes panics in a program's standard error.

use crate::panics::kind_of;
use crate::report::{Panic, Place};

/// Reads standard error line by line.
#[derive(Debug, Default)]
pub(super) struct Recognizer {
    pending: Option<Panic>,
}

impl Recognizer {
    /// Takes a line. Returns a panic if this line ends its message.
    pub(super) fn line(&mut self, line: &str) -> Option<Panic> {
        if let Some((file, number)) = header(line) {
            let ended = self.pause();
            self.pending = Some(Panic {
                kind: kind_of(""),
                place: Place::Server,
                file: file.to_owned(),
                line: number,
                message: String::new(),
            });
            return ended;
        }
        if line.starts_with("note: run with `RUST_BACKTRACE")
            || line.starts_with("stack backtrace:")
        {
            return self.pause();
        }
        if let Some(panic) = &mut self.pending {
            if !panic.message.is_empty() {
                panic.message.push('\n');
            }
            panic.message.push_str(line);
        }
        None
    }

    /// Returns the panic so far, if its message has begun. It's called when there's
    /// nothing more to read at the moment. A panic is printed at once, so it's
    /// complete; waiting for another line could take forever.
    pub(super) fn pause(&mut self) -> Option<Panic> {
        let mut panic = self.pending.take_if(|panic| !panic.message.is_empty())?;
        panic.kind = kind_of(&panic.message);
        Some(panic)
    }

    /// Returns the panic even without a message, because there will never be more to
    /// read.
    pub(super) fn end(&mut self) -> Option<Panic> {
        self.pause().or_else(|| self.pending.take())
    }
}

/// Reads the file and the line from `thread 'main' (7) panicked at src/main.rs:3:5:`.
fn header(line: &str) -> Option<(&str, u32)> {
    let (thread, place) = line.split_once(" panicked at ")?;
    if !thread.starts_with("thread '") {
        return None;
    }
    let mut parts = place.strip_suffix(':')?.rsplitn(3, ':');
    let _column: u32 = parts.next()?.parse().ok()?;
    let number = parts.next()?.parse().ok()?;
    Some((parts.next()?, number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Kind;

    fn panics(text: &str) -> Vec<Panic> {
        let mut recognizer = Recognizer::default();
        let mut all: Vec<Panic> = text
            .lines()
            .filter_map(|line| recognizer.line(line))
            .collect();
        all.extend(recognizer.end());
        all
    }

    #[test]
    fn a_panic_is_recognised_with_its_place_and_message() {
        let all = panics(
            "started\n\n\
             thread 'main' panicked at src/main.rs:3:5:\n\
             assertion `left == right` failed\n  left: 1\n right: 2\n\
             note: run with `RUST_BACKTRACE=1` environment variable\n\
             more\n\
             thread 'tokio-rt-worker' (4711) panicked at C:\\a\\b.rs:71:9:\n\
             not yet implemented: chapter 5\n",
        );
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].file.as_str(), all[0].line), ("src/main.rs", 3));
        let message = "assertion `left == right` failed\n  left: 1\n right: 2";
        assert_eq!(
            (all[0].kind, all[0].message.as_str()),
            (Kind::Panic, message)
        );
        assert_eq!((all[1].file.as_str(), all[1].line), ("C:\\a\\b.rs", 71));
        assert_eq!((all[1].kind, all[1].place), (Kind::Todo, Place::Server));
    }

    #[test]
    fn two_panics_in_a_row_are_two() {
        let all = panics(
            "thread 'a' panicked at a.rs:1:1:\nfirst\n\
             thread 'b' panicked at b.rs:2:1:\nsecond\n",
        );
        let messages: Vec<&str> = all.iter().map(|p| p.message.as_str()).collect();
        assert_eq!(messages, ["first", "second"]);
    }

    #[test]
    fn a_line_that_only_talks_of_a_panic_is_none() {
        assert_eq!(panics("the other thread panicked at noon\n"), []);
        assert_eq!(panics("thread 'x' panicked at noon\n"), []);
    }
}
