//! The program of chapter 7 as a child.

use lab::Steps;
use lab::server::{Error, Program};

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
    let (code, lines) = run(&steps, &[]);
    steps.equal("the exit code", &code, &Some(0));
    for (seen, expected) in lines.iter().zip(SHOWN.lines()) {
        steps.equal("a line", seen.as_str(), expected);
    }
    let count = SHOWN.lines().count();
    steps.equal("lines", &lines.len(), &count);

    let (code, lines) = run(&steps, &["--high", "-1"]);
    steps.equal("the exit code", &code, &Some(1));
    let expected = "chapter-7: cannot parse argument \"-1\": invalid \
                    digit found in string (--help lists the flags)";
    let last = lines.last().map(String::as_str);
    steps.equal("what it says", &last, &Some(expected));
}

/// Runs the program to its end: its exit code, and what it
/// printed.
fn run(steps: &Steps, words: &[&str]) -> (Option<i32>, Vec<String>) {
    steps.step(format!("run the program with {words:?}"));
    let by_hand =
        format!("cargo run -p chapter-7 -- {}", words.join(" "));
    steps.repeat_with(by_hand.trim_end_matches(" -- "));
    let program = Program::new(PROGRAM).args(words.iter().copied());
    match program.start(PATIENCE) {
        Err(Error::EndedEarly { status, lines }) => {
            (status.code(), lines)
        }
        Err(error) => steps.fail("a program that runs", error),
        Ok(_) => steps.fail("a program that ends", "one that listens"),
    }
}
