//! The program of chapter 7 as a child.

use std::process::{Output, Stdio};

use lab::Steps;
use tokio::process::Command;
use tokio::time::timeout;

use crate::PATIENCE;

/// The program, whichever tree it is built from.
const PROGRAM: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-7"),
    option_env!("CARGO_BIN_EXE_chapter-7-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

/// What it prints with its defaults.
const SHOWN: &str = include_str!("program.out");

pub async fn shows(steps: Steps) {
    let output = run(&steps, &[]).await;
    let seen = String::from_utf8_lossy(&output.stdout).into_owned();
    for (seen, expected) in seen.lines().zip(SHOWN.lines()) {
        steps.equal("a line", seen, expected);
    }
    let count = seen.lines().count();
    steps.equal("lines", &count, &SHOWN.lines().count());

    let output = run(&steps, &["--high", "-1"]).await;
    let seen = String::from_utf8_lossy(&output.stderr).into_owned();
    steps.holds("it fails", !output.status.success());
    let expected =
        "chapter-7: --high -1: a whole number from 0 to 1048576";
    steps.equal("what it says", seen.trim_end(), expected);
}

async fn run(steps: &Steps, words: &[&str]) -> Output {
    steps.step(format!("run the program with {words:?}"));
    let words_shown = words.join(" ");
    steps.repeat_with(format!(
        "cargo run -p chapter-7 -- {words_shown}"
    ));
    let output = Command::new(PROGRAM)
        .args(words)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = timeout(PATIENCE, output).await;
    let output = steps.succeeds("an end of the program", output);
    steps.succeeds("the program", output)
}
