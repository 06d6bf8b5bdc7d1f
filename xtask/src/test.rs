//! `cargo xtask test`: everything that the project proves about itself.

use std::process::Stdio;
use std::time::Instant;

use crate::args::Args;
use crate::build;
use crate::exit::{Exit, Fault, Result};
use crate::terminal::{Ink, paint};
use crate::workspace::Workspace;

/// One part of the proof: a command of cargo's.
struct Stage {
    name: &'static str,
    about: &'static str,
    words: &'static [&'static str],
}

const STAGES: &[Stage] = &[
    Stage {
        name: "format",
        about: "the code is formatted",
        words: &["fmt", "--all", "--check"],
    },
    Stage {
        name: "sync",
        about: "the starters are what the solutions describe",
        words: &["xtask", "sync", "--check"],
    },
    Stage {
        name: "lints",
        about: "no lint complains, in starters neither",
        words: &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "--deny",
            "warnings",
        ],
    },
    Stage {
        name: "tests",
        about: "the tests of runner, lab, plot, benchmark and book",
        words: &[
            "test",
            "--quiet",
            "--package",
            "xtask",
            "--package",
            "lab",
            "--package",
            "lab-net",
            "--package",
            "plot",
            "--package",
            "bench",
            "--package",
            "workbook",
        ],
    },
    Stage {
        name: "runner",
        about: "the runner on the fixture workspace and the gallery of hostile code",
        words: &["test", "--quiet", "--no-fail-fast", "--package", "proof"],
    },
    Stage {
        name: "oracles",
        about: "what the chapters read is what known libraries read",
        words: &["test", "--quiet", "--package", "oracle"],
    },
    Stage {
        name: "finished",
        about: "the finished server beside faults, behind nginx, by the RFCs' words",
        words: &["test", "--quiet", "--no-fail-fast", "--package", "finished"],
    },
    Stage {
        name: "solutions",
        about: "every solution passes its checks, every fresh starter is not started",
        words: &["run", "--quiet", "--package", "proof", "--", "solutions"],
    },
    Stage {
        name: "wrong",
        about: "every wrong solution is rejected by name",
        words: &["run", "--quiet", "--package", "proof", "--", "wrong"],
    },
    Stage {
        name: "others",
        about: "right solutions in other styles are accepted",
        words: &["run", "--quiet", "--package", "proof", "--", "others"],
    },
    Stage {
        name: "parts",
        about: "the finished server without one of its parts does not answer",
        words: &["run", "--quiet", "--package", "proof", "--", "parts"],
    },
    Stage {
        name: "book",
        about: "the book builds, its links hold",
        words: &[
            "run",
            "--quiet",
            "--package",
            "workbook",
            "--",
            "build",
            "target/workbook/site",
        ],
    },
    Stage {
        name: "pages",
        about: "every page in a real browser, as each reader meets it",
        words: &["test", "--quiet", "--package", "browser"],
    },
    Stage {
        name: "plot",
        about: "naive and streamed are measured, drawn and told apart",
        words: &["run", "--quiet", "--package", "proof", "--", "plot"],
    },
];

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    let args = Args::parse(words, &["--wrong"], &["--only"])?;
    let workspace = Workspace::find()?;
    let only = if args.has("--wrong") {
        Some("wrong")
    } else {
        args.value("--only")
    };
    let stages = wanted(only)?;
    let mut count = Count::default();
    for stage in stages {
        run_stage(&workspace, stage, &mut count)?;
    }
    println!("\n{} passed, {} failed", count.passed, count.failed);
    Ok(if count.failed == 0 {
        Exit::Passed
    } else {
        Exit::Failed
    })
}

fn wanted(only: Option<&str>) -> Result<Vec<&'static Stage>> {
    let Some(name) = only else {
        return Ok(STAGES.iter().collect());
    };
    if let Some(stage) = STAGES.iter().find(|stage| stage.name == name) {
        return Ok(vec![stage]);
    }
    let names: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
    Err(Fault::usage(format!("there is no stage `{name}`"))
        .next(format!("the stages are {}", names.join(", "))))
}

#[derive(Default)]
struct Count {
    passed: u64,
    failed: u64,
}

/// Runs one stage; what it prints passes through and its summaries are counted.
fn run_stage(workspace: &Workspace, stage: &Stage, count: &mut Count) -> Result<()> {
    println!(
        "{}",
        paint(
            Ink::Strong,
            &format!("\n== {}: {}", stage.name, stage.about)
        )
    );
    let started = Instant::now();
    let mut child = build::cargo(workspace)
        .args(stage.words)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| Fault::machine(format!("cannot run cargo: {error}")))?;
    let output = child.stdout.take().expect("standard output is piped above");
    let mut seen = Count::default();
    for line in std::io::BufRead::lines(std::io::BufReader::new(output)) {
        let line = line.map_err(|error| Fault::machine(format!("cargo: {error}")))?;
        println!("{line}");
        if let Some((passed, failed)) = summary(&line) {
            seen.passed += passed;
            seen.failed += failed;
        }
    }
    let status = child
        .wait()
        .map_err(|error| Fault::machine(format!("cargo: {error}")))?;
    match (status.success(), seen.passed + seen.failed) {
        // A stage that counts nothing is one proof of its own.
        (true, 0) => seen.passed = 1,
        (false, _) if seen.failed == 0 => seen.failed = 1,
        _ => {}
    }
    let word = if seen.failed == 0 { "passed" } else { "FAILED" };
    let seconds = started.elapsed().as_secs();
    println!(
        "-- {} {word} in {seconds} s: {} passed, {} failed",
        stage.name, seen.passed, seen.failed
    );
    count.passed += seen.passed;
    count.failed += seen.failed;
    Ok(())
}

/// The numbers in a closing line: cargo's `test result: ok. 3 passed; 0 failed`
/// or our own `3 passed, 0 failed`.
fn summary(line: &str) -> Option<(u64, u64)> {
    let line = line.trim();
    let rest = match line.strip_prefix("test result: ") {
        Some(result) => result.split_once(". ")?.1,
        None if line.starts_with(|c: char| c.is_ascii_digit()) => line,
        None => return None,
    };
    let mut words = rest.split([' ', ';', ',']).filter(|word| !word.is_empty());
    let passed = words.next()?.parse().ok()?;
    let ("passed", failed, "failed") = (words.next()?, words.next()?, words.next()?)
    else {
        return None;
    };
    Some((passed, failed.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_counted_and_nothing_else() {
        let cargo = "test result: ok. 12 passed; 1 failed; 0 ignored; 0 measured";
        assert_eq!(summary(cargo), Some((12, 1)));
        assert_eq!(summary("7 passed, 2 failed"), Some((7, 2)));
        assert_eq!(summary("7 of 9 passed."), None);
        assert_eq!(summary("12 files agree with their solutions."), None);
    }

    #[test]
    fn an_unknown_stage_is_met_with_their_names() {
        assert!(
            wanted(Some("wrogn"))
                .is_err_and(|fault| fault.to_string().contains("wrong"))
        );
    }
}
