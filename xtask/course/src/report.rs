//! The report: what a check tells the runner while it runs. The lab writes it, and the
//! runner reads it.
//!
//! **Where.** The environment variable `WORKBOOK_REPORT` holds a path. The check opens
//! the path for appending and never creates it. On Unix, it's `/dev/fd/N`, a pipe that
//! the process has inherited; elsewhere, it's a file that the runner has created.
//! Without the variable, as with `cargo test`, nothing is written. A child process may
//! hold the pipe open, so the check ends when its process exits, not when the pipe is
//! closed.
//!
//! **How.** Each line is one record: the kind, its fields, each after a tab, and a line
//! feed. Inside a field a backslash, tab, line feed and carriage return are written as
//! `\\`, `\t`, `\n` and `\r`. Text is UTF-8. Before a field is escaped, it's shortened
//! to at most 4096 bytes at a character boundary; a shortened field ends in `…`. Each
//! line is one write call, and nothing is buffered, so the report is complete even if
//! the check crashes.
//!
//! **What.** Bytes are decimal numbers. Readers ignore unknown kinds and fields after
//! the known ones.
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
//! message starts with "not yet implemented") or `panic`. WHERE is `check` (the thread
//! of the check), `task` (another thread, or a spawned task) or `server` (a child
//! program). PEAK is the largest number of live bytes since `begin`, LIMIT the ceiling
//! (0: none), REFUSED the largest allocation refused (0: none); of several `memory`
//! lines the last one counts. `passed` outweighs every line before it: a check may
//! expect panics.

/// The environment variable that holds the path of the report.
pub const VARIABLE: &str = "WORKBOOK_REPORT";

/// A longer field is shortened to this many bytes before it's escaped.
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
        /// What was compared.
        what: String,
        /// The value that the chapter promises.
        expected: String,
        /// The value that was there instead.
        seen: String,
    },
    /// Something panicked.
    Panic(Panic),
    /// The allocator's counts, in bytes.
    Memory {
        /// The largest number of live bytes since the check began.
        peak: u64,
        /// The limit, or 0 if there is none.
        limit: u64,
        /// The largest allocation that was refused, or 0 if there was none.
        refused: u64,
    },
    /// The check passed.
    Passed,
    /// This system doesn't have what the check needs, and nothing failed before that.
    NotCheckable(String),
}

/// A panic, as reported by its hook or by the standard error of a child process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// What kind of panic it is.
    pub kind: Kind,
    /// Where it ran.
    pub place: Place,
    /// The source file, as the compiler wrote it.
    pub file: String,
    /// The line in that file, counted from 1, or 0 if it's unknown.
    pub line: u32,
    /// The message.
    pub message: String,
}

/// The kind of a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An expectation of a check failed.
    Failure,
    /// A `todo!` was reached, so a part of the exercise isn't written yet.
    Todo,
    /// Any other panic.
    Panic,
}

/// Where a panic happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The thread of the check.
    Check,
    /// Another thread of the process, or a spawned task.
    Task,
    /// A child process.
    Server,
}

/// Returns the record as a line, with its line feed.
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

/// Reads a whole report. Truncated and unknown lines are left out, because learner code
/// may write to any descriptor that it finds.
pub fn parse_all(text: &str) -> Vec<Record> {
    text.lines().filter_map(parse).collect()
}

/// Reads a line, with or without its line feed. Returns `None` if its kind is unknown
/// or a field is missing.
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
