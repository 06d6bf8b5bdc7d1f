//! `cargo xtask doctor`: shows what this machine has and what is missing, and how to
//! fix it.

mod machine;
mod programs;
mod toolchain;

use std::collections::HashMap;

use course::say;
use tinyjson::JsonValue;

use crate::chapter::workspace::Workspace;
use crate::cli::args::Args;
use crate::cli::error::{Exit, Result};
use crate::cli::terminal::{Style, paint, symbol};

/// One finding.
struct Finding {
    name: &'static str,
    state: State,
    /// What was found.
    what: String,
    /// What to do about it.
    fix: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Found,
    /// The workbook works without it, but a part of it isn't available.
    OptionalMissing,
    /// The workbook doesn't work without it.
    RequiredMissing,
}

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &["--json"], &[])?;
    args.at_most(0)?;
    let workspace = Workspace::find()?;
    let findings = examine(&workspace);
    if args.has("--json") {
        println!("{}", json(&findings));
    } else {
        findings.iter().for_each(show);
    }
    let is_incomplete = findings
        .iter()
        .any(|finding| finding.state == State::RequiredMissing);
    if !args.has("--json") {
        let verdict = if is_incomplete {
            "\nSomething that the workbook requires is missing. See `fix` above."
        } else {
            "\nReady. Next: cargo xtask check chapter-1"
        };
        say!("{}", paint(Style::Strong, verdict));
    }
    Ok(if is_incomplete {
        Exit::Environment
    } else {
        Exit::Passed
    })
}

fn examine(workspace: &Workspace) -> Vec<Finding> {
    use machine::{
        descriptors, disk, free_memory, loopback, memory_figures, port, state,
    };
    use programs::{browser, program};
    use toolchain::{c_compiler, crates, linker, rust};
    let findings = [
        Some(rust()),
        Some(linker(workspace)),
        c_compiler(),
        Some(crates(workspace)),
        Some(state(workspace)),
        disk(workspace),
        free_memory(),
        Some(loopback()),
        Some(port()),
        Some(descriptors()),
        Some(memory_figures()),
        Some(program(
            "git",
            "git",
            "`cargo xtask update` needs it: install git",
        )),
        Some(program(
            "curl",
            "curl",
            "some pages use it by hand: install curl",
        )),
        Some(program(
            "node",
            "node",
            "the Node comparisons need it: install Node.js 24 or 26",
        )),
        Some(browser()),
        Some(terminal()),
    ];
    findings.into_iter().flatten().collect()
}

fn terminal() -> Finding {
    let symbols = symbol("yes", "no") == "yes";
    Finding {
        name: "terminal",
        state: State::Found,
        what: if symbols {
            "UTF-8"
        } else {
            "plain ASCII is printed"
        }
        .to_owned(),
        fix: "",
    }
}

fn show(finding: &Finding) {
    let (style, mark) = match finding.state {
        State::Found => (Style::Good, symbol("✔ found", "+ found")),
        State::OptionalMissing => (
            Style::Strong,
            symbol("△ missing, optional", "~ missing, optional"),
        ),
        State::RequiredMissing => (
            Style::Bad,
            symbol("✘ missing, required", "x missing, required"),
        ),
    };
    say!(
        "  {}  {:<11} {}",
        paint(style, &format!("{mark:<19}")),
        finding.name,
        finding.what
    );
    if finding.state != State::Found {
        say!("{:<35}fix: {}", "", finding.fix);
    }
}

fn json(findings: &[Finding]) -> String {
    let text = |value: &str| JsonValue::from(value.to_owned());
    let findings: Vec<JsonValue> = findings
        .iter()
        .map(|finding| {
            let state = match finding.state {
                State::Found => "found",
                State::OptionalMissing => "optional missing",
                State::RequiredMissing => "required missing",
            };
            let mut fields: HashMap<String, JsonValue> = HashMap::new();
            fields.insert("name".to_owned(), text(finding.name));
            fields.insert("state".to_owned(), text(state));
            fields.insert("found".to_owned(), text(&finding.what));
            if finding.state != State::Found {
                fields.insert("fix".to_owned(), text(finding.fix));
            }
            JsonValue::from(fields)
        })
        .collect();
    let object: HashMap<String, JsonValue> = HashMap::from([
        ("schema".to_owned(), JsonValue::from(1.0)),
        ("command".to_owned(), text("doctor")),
        ("findings".to_owned(), JsonValue::from(findings)),
    ]);
    JsonValue::from(object).format().unwrap_or_default()
}
