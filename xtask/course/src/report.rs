//! The report: what a check tells the runner while it runs. The lab writes it, and the
//! runner reads it.
//!
//! **Where.** The environment variable `WORKBOOK_REPORT` holds a path. The check
//! opens it for appending; it never creates it. On Unix the path is
//! `/dev/fd/N`, a pipe that the process inherited; elsewhere it is a file that
//! the runner made. Without the variable nothing is written (`cargo test`).
//! A child of the check may hold the pipe open: the end of the check is the end
//! of its process, not the end of the pipe.
//!
//! **How.** One record a line: the kind, then its fields, each after a tab, then
//! a line feed. Inside a field a backslash, tab, line feed and carriage return
//! are written as `\\`, `\t`, `\n` and `\r`. Text is UTF-8. Before it is escaped, a
//! field is cut to 4096 bytes on a character boundary; a cut field ends in `…`.
//! Each line is one write call, and nothing is buffered: what the check did
//! before it died is known.
//!
//! **What.** Bytes are decimal numbers. Readers ignore unknown kinds and fields
//! after the known ones.
//!
//! | line | when |
//! | --- | --- |
//! | `begin` | before the body of the check runs |
//! | `step` NAME | before the step runs |
//! | `note` TEXT | a measured figure worth showing |
//! | `repeat` COMMAND | the command that repeats the request, with the real port |
//! | `wrong` WHAT EXPECTED SEEN | an expectation failed |
//! | `panic` KIND WHERE FILE LINE MESSAGE | some thread or task panicked |
//! | `memory` PEAK LIMIT REFUSED | at the end, and when an allocation is refused |
//! | `passed` | the last line of a check that passed |
//! | `not-checkable` WHY | the last line of one that this system can't be asked |
//!
//! KIND is `failure` (an expectation of ours, after its `wrong` line), `todo` (the
//! message starts with "not yet implemented") or `panic`. WHERE is `check` (the
//! thread of the check), `task` (another thread, or a spawned task) or `server` (a
//! child program). PEAK is the largest number of live bytes since `begin`, LIMIT
//! the ceiling (0: none), REFUSED the largest allocation refused (0: none); of
//! several `memory` lines the last one counts. `passed` outweighs every line
//! before it: a check may expect panics.

/// The variable that holds the path of the report.
pub const VARIABLE: &str = "WORKBOOK_REPORT";

/// A field is cut to this many bytes before it is escaped.
pub const FIELD_LIMIT: usize = 4096;

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// The body of the check starts.
    Begin,
    /// A step is about to run.
    Step(String),
    /// A measured figure to show.
    Note(String),
    /// The command that repeats the request.
    Repeat(String),
    /// An expectation failed.
    Wrong {
        /// What was looked at.
        what: String,
        /// What the chapter promises.
        expected: String,
        /// What was there instead.
        seen: String,
    },
    /// Something panicked.
    Panic(Panic),
    /// What the allocator counted. In bytes.
    Memory {
        /// Largest number of live bytes since the check began.
        peak: u64,
        /// The ceiling; 0 when there is none.
        limit: u64,
        /// Largest allocation refused; 0 when none was.
        refused: u64,
    },
    /// The check passed.
    Passed,
    /// This system lacks what the check needs, and nothing failed before that.
    NotCheckable(String),
}

/// A panic, as its hook or the standard error of a child tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// What kind of panic it is.
    pub kind: Kind,
    /// Where it ran.
    pub place: Place,
    /// The source file, as the compiler wrote it.
    pub file: String,
    /// The line in that file, counted from 1; 0 when unknown.
    pub line: u32,
    /// The message.
    pub message: String,
}

/// The kind of a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An expectation of a check.
    Failure,
    /// A `todo!`: the exercise is not written yet.
    Todo,
    /// Anything else.
    Panic,
}

/// Where a panic happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The thread of the check.
    Check,
    /// Another thread of the process, or a spawned task.
    Task,
    /// A child program.
    Server,
}

/// The record as a line, with its line feed.
pub fn line(record: &Record) -> String {
    let mut line = String::new();
    match record {
        Record::Begin => line.push_str("begin"),
        Record::Step(name) => fields(&mut line, "step", &[name]),
        Record::Note(text) => fields(&mut line, "note", &[text]),
        Record::Repeat(command) => fields(&mut line, "repeat", &[command]),
        Record::Wrong {
            what,
            expected,
            seen,
        } => fields(&mut line, "wrong", &[what, expected, seen]),
        Record::Panic(panic) => {
            let number = panic.line.to_string();
            let (kind, place) = (panic.kind.word(), panic.place.word());
            let all = [kind, place, &panic.file, &number, &panic.message];
            fields(&mut line, "panic", &all);
        }
        Record::Memory {
            peak,
            limit,
            refused,
        } => line.push_str(&format!("memory\t{peak}\t{limit}\t{refused}")),
        Record::Passed => line.push_str("passed"),
        Record::NotCheckable(why) => fields(&mut line, "not-checkable", &[why]),
    }
    line.push('\n');
    line
}

/// Reads a whole report. Lines that are truncated or unknown are left out: learner
/// code can write to any descriptor that it finds.
pub fn parse_all(text: &str) -> Vec<Record> {
    text.lines().filter_map(parse).collect()
}

/// Reads a line back, with or without its line feed. `None` for an unknown kind
/// or a missing field.
pub fn parse(line: &str) -> Option<Record> {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let mut rest = line.split('\t');
    let kind = rest.next()?;
    let mut field = || rest.next().map(unescape);
    Some(match kind {
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
            kind: Kind::from_word(&field()?)?,
            place: Place::from_word(&field()?)?,
            file: field()?,
            line: field()?.parse().ok()?,
            message: field()?,
        }),
        "memory" => Record::Memory {
            peak: field()?.parse().ok()?,
            limit: field()?.parse().ok()?,
            refused: field()?.parse().ok()?,
        },
        "passed" => Record::Passed,
        "not-checkable" => Record::NotCheckable(field()?),
        _ => return None,
    })
}

fn fields(line: &mut String, kind: &str, fields: &[&str]) {
    line.push_str(kind);
    for field in fields {
        line.push('\t');
        if field.len() <= FIELD_LIMIT {
            escape(line, field);
        } else {
            let room = FIELD_LIMIT - '…'.len_utf8();
            escape(line, &field[..field.floor_char_boundary(room)]);
            line.push('…');
        }
    }
}

fn escape(line: &mut String, field: &str) {
    for character in field.chars() {
        match character {
            '\\' => line.push_str("\\\\"),
            '\t' => line.push_str("\\t"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            other => line.push(other),
        }
    }
}

fn unescape(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    let mut characters = field.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some('t') => text.push('\t'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some(other) => text.push(other),
            None => text.push('\\'),
        }
    }
    text
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Failure => "failure",
            Kind::Todo => "todo",
            Kind::Panic => "panic",
        }
    }

    fn from_word(word: &str) -> Option<Kind> {
        [Kind::Failure, Kind::Todo, Kind::Panic]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

impl Place {
    fn word(self) -> &'static str {
        match self {
            Place::Check => "check",
            Place::Task => "task",
            Place::Server => "server",
        }
    }

    fn from_word(word: &str) -> Option<Place> {
        [Place::Check, Place::Task, Place::Server]
            .into_iter()
            .find(|place| place.word() == word)
    }
}

#[cfg(test)]
mod tests;
