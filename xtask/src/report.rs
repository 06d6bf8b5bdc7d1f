//! What a check tells over its own pipe, line by line, while it runs.
//!
//! The lab writes these lines and describes them (`xtask/lab/src/report.rs`).
//! The runner reads them by itself, because it does not depend on the lab;
//! a test in `xtask/proof` sends every kind through both.

/// One line of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// The check's body begins.
    Begin,
    /// A step is about to run.
    Step(String),
    /// A measured figure to show.
    Note(String),
    /// The command that repeats what the check did.
    Repeat(String),
    /// An expectation failed.
    Wrong {
        /// What was looked at.
        what: String,
        /// What should have been there.
        expected: String,
        /// What was there.
        seen: String,
    },
    /// A panic somewhere in the check, its tasks or its child servers.
    Panic(Panic),
    /// What the counting allocator saw, in bytes.
    Memory {
        /// The largest sum of live allocations.
        peak: u64,
        /// The largest single allocation that was refused, 0 if none was.
        refused: u64,
    },
    /// The check's body came to its end.
    Passed,
    /// It came to its end on a system that lacks what it needs: why.
    NotCheckable(String),
}

/// A panic, and where it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panic {
    /// What kind of panic it is.
    pub kind: PanicKind,
    /// In the check itself, in a task of it, or in a child server.
    pub place: String,
    /// The source file, as the compiler names it.
    pub file: String,
    /// The line in it.
    pub line: String,
    /// The panic's message.
    pub message: String,
}

/// Why a panic happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanicKind {
    /// One of the check's own expectations failed.
    Failure,
    /// A `todo!` was reached.
    Todo,
    /// Anything else.
    Other,
}

/// Reads a report; lines that are cut or unknown are left out, for learner
/// code can write to any descriptor it finds.
pub fn parse(text: &str) -> Vec<Record> {
    text.lines().filter_map(record).collect()
}

fn record(line: &str) -> Option<Record> {
    let mut fields = line.split('\t').map(unescape);
    let kind = fields.next()?;
    let mut field = || fields.next();
    Some(match kind.as_str() {
        "begin" => Record::Begin,
        "step" => Record::Step(field()?),
        "note" => Record::Note(field()?),
        "repeat" => Record::Repeat(field()?),
        "wrong" => Record::Wrong {
            what: field()?,
            expected: field()?,
            seen: field()?,
        },
        "panic" => Record::Panic(Panic {
            kind: match field()?.as_str() {
                "failure" => PanicKind::Failure,
                "todo" => PanicKind::Todo,
                _ => PanicKind::Other,
            },
            place: field()?,
            file: field()?,
            line: field()?,
            message: field()?,
        }),
        "memory" => {
            let peak = field()?.parse().ok()?;
            let _limit = field()?;
            Record::Memory {
                peak,
                refused: field()?.parse().ok()?,
            }
        }
        "passed" => Record::Passed,
        "not-checkable" => Record::NotCheckable(field()?),
        _ => return None,
    })
}

fn unescape(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    let mut rest = field.chars();
    while let Some(c) = rest.next() {
        let meant = if c == '\\' { rest.next() } else { None };
        match meant {
            None if c == '\\' => {}
            None => text.push(c),
            Some('t') => text.push('\t'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some(other) => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_keeps_tabs_and_line_breaks_inside_its_fields() {
        let wrong = Record::Wrong {
            what: "a\tb".into(),
            expected: "c\nd".into(),
            seen: "e\\f".into(),
        };
        assert_eq!(parse("wrong\ta\\tb\tc\\nd\te\\\\f\n"), [wrong]);
    }

    #[test]
    fn cut_and_foreign_lines_are_left_out() {
        assert_eq!(parse("wrong\tonly\nhello\npassed\n"), [Record::Passed]);
    }
}
