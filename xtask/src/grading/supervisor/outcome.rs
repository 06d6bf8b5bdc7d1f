//! The two lines of JSON that the runner and the supervisor exchange: the check and its
//! outcome.

use std::collections::HashMap;
use std::io::{self, BufRead};
use std::path::PathBuf;
use std::time::Duration;

use tinyjson::JsonValue;

use super::CheckProcess;

/// The outcome of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// How it ended.
    pub ended: Ended,
    /// Whether its processes used the processor for most of the time. `None` if that's
    /// unknown.
    pub busy: Option<bool>,
    /// The most resident memory that its processes held together, in bytes. 0 if it
    /// wasn't measured.
    pub peak: u64,
    /// How many processes it left behind. They have been killed.
    pub left_behind: u64,
    /// The end of its standard output.
    pub stdout: String,
    /// The end of its standard error.
    pub stderr: String,
    /// Everything it wrote to the report pipe.
    pub report: String,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It exited by itself with this exit code.
    Code(i32),
    /// A signal killed it.
    Signal(i32),
    /// It ran past its deadline.
    Deadline,
    /// Its resident memory exceeded the limit.
    Memory,
    /// It printed too much.
    Output,
}

type Object = HashMap<String, JsonValue>;

impl CheckProcess {
    pub(super) fn to_line(&self) -> String {
        let strings = |list: &[String]| {
            JsonValue::from(list.iter().map(|item| text(item)).collect::<Vec<_>>())
        };
        let environment: Vec<String> = self
            .environment
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        line([
            ("program", text(&self.program.to_string_lossy())),
            ("arguments", strings(&self.arguments)),
            ("folder", text(&self.folder.to_string_lossy())),
            ("scratch", text(&self.scratch.to_string_lossy())),
            ("environment", strings(&environment)),
            ("deadline", number(self.deadline.as_millis() as u64)),
            ("memory", number(self.memory)),
            ("output", number(self.output)),
        ])
    }

    pub(super) fn from_input() -> io::Result<Self> {
        let mut input = String::new();
        io::stdin().lock().read_line(&mut input)?;
        let broken =
            || io::Error::new(io::ErrorKind::InvalidData, "the check isn't JSON");
        let object = object(&input).ok_or_else(broken)?;
        Self::from_object(&object).ok_or_else(broken)
    }

    fn from_object(object: &Object) -> Option<Self> {
        let strings = |key| -> Option<Vec<String>> {
            let list: &Vec<JsonValue> = object.get(key)?.get()?;
            list.iter()
                .map(|item| item.get::<String>().cloned())
                .collect()
        };
        let environment = strings("environment")?;
        Some(Self {
            program: PathBuf::from(get_text(object, "program")?),
            arguments: strings("arguments")?,
            folder: PathBuf::from(get_text(object, "folder")?),
            scratch: PathBuf::from(get_text(object, "scratch")?),
            environment: environment
                .iter()
                .filter_map(|pair| pair.split_once('='))
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
            deadline: Duration::from_millis(get_number(object, "deadline")?),
            memory: get_number(object, "memory")?,
            output: get_number(object, "output")?,
        })
    }
}

impl Outcome {
    pub(super) fn to_line(&self) -> String {
        let (ended, detail) = match self.ended {
            Ended::Code(code) => ("code", code),
            Ended::Signal(signal) => ("signal", signal),
            Ended::Deadline => ("deadline", 0),
            Ended::Memory => ("memory", 0),
            Ended::Output => ("output", 0),
        };
        line([
            ("ended", text(ended)),
            ("detail", JsonValue::from(f64::from(detail))),
            (
                "busy",
                self.busy.map_or(JsonValue::from(()), JsonValue::from),
            ),
            ("peak", number(self.peak)),
            ("left_behind", number(self.left_behind)),
            ("stdout", text(&self.stdout)),
            ("stderr", text(&self.stderr)),
            ("report", text(&self.report)),
        ])
    }

    pub(super) fn from_line(input: &str) -> Option<Self> {
        let object = object(input)?;
        let detail = *object.get("detail")?.get::<f64>()? as i32;
        Some(Self {
            ended: match get_text(&object, "ended")?.as_str() {
                "code" => Ended::Code(detail),
                "signal" => Ended::Signal(detail),
                "deadline" => Ended::Deadline,
                "memory" => Ended::Memory,
                "output" => Ended::Output,
                _ => return None,
            },
            busy: object.get("busy")?.get::<bool>().copied(),
            peak: get_number(&object, "peak")?,
            left_behind: get_number(&object, "left_behind")?,
            stdout: get_text(&object, "stdout")?,
            stderr: get_text(&object, "stderr")?,
            report: get_text(&object, "report")?,
        })
    }
}

fn line<const N: usize>(fields: [(&str, JsonValue); N]) -> String {
    let object: Object = fields
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    // JSON numbers and strings that are written here are always finite and valid.
    let text = JsonValue::from(object).stringify().unwrap_or_default();
    text + "\n"
}

fn text(value: &str) -> JsonValue {
    JsonValue::from(value.to_owned())
}

// JSON numbers are doubles, which are exact up to 2^53, and no limit here is larger.
fn number(value: u64) -> JsonValue {
    JsonValue::from(value as f64)
}

fn object(input: &str) -> Option<Object> {
    input.parse::<JsonValue>().ok()?.get::<Object>().cloned()
}

fn get_text(object: &Object, key: &str) -> Option<String> {
    object.get(key)?.get::<String>().cloned()
}

fn get_number(object: &Object, key: &str) -> Option<u64> {
    object.get(key)?.get::<f64>().map(|number| *number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_arrives_as_it_was_sent() {
        for ended in [
            Ended::Code(101),
            Ended::Signal(6),
            Ended::Deadline,
            Ended::Memory,
        ] {
            let outcome = Outcome {
                ended,
                busy: Some(true),
                peak: 8 << 30,
                left_behind: 2,
                stdout: "line\n\u{fffd}\u{0}".into(),
                stderr: "\"quoted\" \\ \u{1b}[31m".into(),
                report: "step\ta\n".into(),
            };
            assert_eq!(Outcome::from_line(&outcome.to_line()), Some(outcome));
        }
    }

    #[test]
    fn a_cut_answer_is_no_outcome() {
        assert_eq!(Outcome::from_line(""), None);
        assert_eq!(Outcome::from_line("{\"ended\":\"code\"}"), None);
    }
}
