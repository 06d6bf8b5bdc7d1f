//! A run of cargo: what it builds, and what it and the compiler print.
//!
//! The output is passed on to the terminal at once. It's also kept, because only the
//! output shows why a build failed.

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use course::screen;
use tinyjson::JsonValue;

use crate::cli::error::{Error, Result};

/// How much of cargo's own output is kept. More than that adds nothing.
const KEPT: usize = 256 << 10;

/// The result of a run.
#[derive(Debug, Default)]
pub struct Said {
    /// The program that was built, if all went well.
    pub program: Option<PathBuf>,
    /// The errors of the compiler.
    pub errors: Vec<Diagnostic>,
    /// The errors that cargo itself printed, including those of other programs.
    /// Progress messages, which contain this machine's paths, and warnings without
    /// consequences are left out.
    pub words: String,
}

/// One error of the compiler.
#[derive(Debug, Default, Clone)]
pub struct Diagnostic {
    /// The error code, such as `E0308`, if it has one.
    pub code: String,
    /// The text as it was printed.
    pub text: String,
    /// The files that it points at, as the compiler writes them. For members of the
    /// workspace, the paths are relative to it.
    pub files: Vec<PathBuf>,
}

/// Runs cargo. `again` leaves out messages that aren't new on a second build.
pub fn run(command: &mut Command, again: bool) -> Result<Said> {
    let lost = |error: io::Error| {
        Error::environment(format!("can't run cargo: {error}"))
            .next("install Rust from https://rustup.rs, then try again")
    };
    let in_color = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let (format, color) = if in_color {
        ("json-diagnostic-rendered-ansi", "always")
    } else {
        ("json", "never")
    };
    command.arg(format!("--message-format={format}"));
    command.env("CARGO_TERM_COLOR", color);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(lost)?;
    let words = child.stderr.take().expect("standard error is piped above");
    let words = thread::spawn(move || listen(words, again));
    let messages = child.stdout.take().expect("standard output is piped above");
    let mut said = read(messages).map_err(lost)?;
    let status = child.wait().map_err(lost)?;
    said.words = words.join().unwrap_or_default();
    if !status.success() {
        said.program = None;
    } else if said.program.is_none() {
        return Err(Error::internal(
            "cargo built the checks but didn't name the program",
        ));
    }
    Ok(said)
}

/// Passes on cargo's output, and keeps its end.
fn listen(words: impl Read, again: bool) -> String {
    let (mut kept, mut words) = (String::new(), BufReader::new(words));
    let mut line = Vec::new();
    while matches!(words.read_until(b'\n', &mut line), Ok(1..)) {
        let text = String::from_utf8_lossy(&line);
        let plain = plain(&text);
        if !(again && tells(&plain, &ROUTINE)) {
            eprint!("{}", screen::shown(&text));
        }
        let is_news = tells(&plain, &ROUTINE) || tells(&plain, &WAITS);
        if !is_news && !plain.starts_with("warning:") {
            kept.push_str(&plain);
        }
        if kept.len() > 2 * KEPT {
            let end = kept.ceil_char_boundary(kept.len() - KEPT);
            kept.drain(..end);
        }
        line.clear();
    }
    kept
}

/// Words that occur in every build.
const ROUTINE: [&str; 6] = [
    "Compiling",
    "Finished",
    "Executable",
    "Fresh",
    "Dirty",
    "Checking",
];
/// Words that explain why nothing happens for a while.
const WAITS: [&str; 6] = [
    "Blocking",
    "Updating",
    "Locking",
    "Adding",
    "Downloading",
    "Downloaded",
];

/// Returns whether a line says what cargo is doing, with one of these verbs.
fn tells(line: &str, verbs: &[&str]) -> bool {
    /// Cargo aligns its verbs to the right in a column of this width.
    const VERB: usize = 12;
    let verb = line.get(..VERB).unwrap_or_default().trim_start();
    verbs.contains(&verb) && line.starts_with(' ')
}

/// Returns the text without its color codes.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\u{1b}' {
            plain.push(letter);
            continue;
        }
        // A color code is ESC, `[`, numbers, and a final letter.
        let _ = letters.by_ref().find(|letter| letter.is_ascii_alphabetic());
    }
    plain
}

fn read(messages: impl Read) -> io::Result<Said> {
    let (mut said, mut shown) = (Said::default(), HashSet::new());
    for line in BufReader::new(messages).lines() {
        let line = line?;
        // The messages are long and there are many, but only two kinds are worth
        // parsing.
        if line.contains("\"compiler-artifact\"") {
            if !line.contains("\"executable\":null") {
                said.program = executable(&line).or(said.program);
            }
        } else if line.contains("\"compiler-message\"") {
            let Some((rendered, diagnostic)) = diagnostic(&line) else {
                continue;
            };
            // A crate is built twice, with its tests and without them.
            if shown.insert(rendered.clone()) {
                eprint!("{}", screen::shown(&rendered));
            }
            said.errors.extend(diagnostic);
        }
    }
    Ok(said)
}

type Fields = HashMap<String, JsonValue>;

fn text<'a>(fields: &'a Fields, name: &str) -> Option<&'a String> {
    fields.get(name)?.get()
}

/// Returns the check program, if this message is about it. A crate's own program is an
/// artifact with an executable, too.
fn executable(line: &str) -> Option<PathBuf> {
    let message: JsonValue = line.parse().ok()?;
    let message: &Fields = message.get()?;
    let target: &Fields = message.get("target")?.get()?;
    let kinds: &Vec<JsonValue> = target.get("kind")?.get()?;
    let is_test =
        |kind: &JsonValue| kind.get::<String>().is_some_and(|kind| kind == "test");
    if !kinds.iter().any(is_test) {
        return None;
    }
    text(message, "executable").map(PathBuf::from)
}

/// Returns the text that the compiler prints, and the error if it is one.
fn diagnostic(line: &str) -> Option<(String, Option<Diagnostic>)> {
    let message: JsonValue = line.parse().ok()?;
    let message: &Fields = message.get::<Fields>()?.get("message")?.get()?;
    let rendered = text(message, "rendered")?;
    if !text(message, "level")?.starts_with("error") {
        return Some((rendered.clone(), None));
    }
    let code = || text(message.get("code")?.get()?, "code");
    let mut files = Vec::new();
    spans(message, &mut files);
    let error = Diagnostic {
        code: code().cloned().unwrap_or_default(),
        text: plain(rendered),
        files,
    };
    Some((rendered.clone(), Some(error)))
}

/// Adds the files that a message points at. For code from a macro, that includes the
/// place where the macro was called.
fn spans(message: &Fields, files: &mut Vec<PathBuf>) {
    let spans = message.get("spans").and_then(JsonValue::get);
    let none = Vec::new();
    let spans: &Vec<JsonValue> = spans.unwrap_or(&none);
    for span in spans {
        let mut span: Option<&Fields> = span.get();
        while let Some(fields) = span {
            if fields.get("is_primary").and_then(JsonValue::get) != Some(&false) {
                files.extend(text(fields, "file_name").map(PathBuf::from));
            }
            let expansion: Option<&Fields> =
                fields.get("expansion").and_then(JsonValue::get);
            span = expansion
                .and_then(|expansion| expansion.get("span"))
                .and_then(JsonValue::get);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_program_is_told_from_the_crates_own() {
        let message = |kind: &str, name: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","target":{{"kind":["{kind}"],"test":true}},
                "profile":{{"test":{}}},"executable":"/target/debug/{name}"}}"#,
                kind == "test"
            )
        };
        assert_eq!(executable(&message("bin", "chapter-1")), None);
        let check = executable(&message("test", "check-0f"));
        assert_eq!(check, Some(PathBuf::from("/target/debug/check-0f")));
    }

    #[test]
    fn an_error_has_its_code_and_where_the_macro_was_called() {
        let message = r#"{"reason":"compiler-message","message":{"rendered":"\u001b[31merror\u001b[0m: no\n",
            "level":"error","code":{"code":"E0308","explanation":null},"message":"no",
            "spans":[{"file_name":"/rustc/x/library/core/src/macros/mod.rs","is_primary":true,
            "expansion":{"span":{"file_name":"exercises/a/src/b.rs","is_primary":false,
            "expansion":{"span":{"file_name":"exercises/a/src/c.rs","is_primary":true,"expansion":null}}}}},
            {"file_name":"exercises/a/tests/check.rs","is_primary":false,"expansion":null}]}}"#
            .replace('\n', " ");
        let (rendered, error) = diagnostic(&message).unwrap();
        assert!(rendered.contains("\u{1b}"), "{rendered}");
        let error = error.unwrap();
        assert_eq!(
            (error.code.as_str(), error.text.trim()),
            ("E0308", "error: no")
        );
        let files: Vec<_> = error
            .files
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        assert_eq!(files.len(), 2, "{files:?}");
        assert_eq!(files[1], "exercises/a/src/c.rs");
    }

    #[test]
    fn a_wait_is_told_and_the_routine_is_not() {
        for line in [
            "   Compiling chapter-1 v0.1.0\n",
            "    Finished `test` profile\n",
        ] {
            assert!(tells(line, &ROUTINE), "{line}");
        }
        for line in [
            "    Blocking waiting for file lock on build directory\n",
            "    Updating crates.io index\n",
            "error: could not compile\n",
            "Compiling\n",
        ] {
            assert!(!tells(line, &ROUTINE), "{line}");
        }
    }

    #[test]
    fn only_errors_are_judged() {
        let said = "   Compiling a v0.1.0 (/home/SIGKILL/No space left on device)\n\
                    warning: spurious network error (3 tries remaining): failed to get `b`\n\
                    \u{1b}[1merror\u{1b}[0m: could not compile `a`\n  Permission denied\n";
        let kept = listen(said.as_bytes(), true);
        assert_eq!(kept, "error: could not compile `a`\n  Permission denied\n");
    }
}
