//! The program of chapter 6 as a child.

use std::time::Duration;

use lab::Steps;
use lab::folder::Folder;
use lab::server::{Error, Program};

/// The program, whichever tree it is built from.
const PROGRAM: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-6"),
    option_env!("CARGO_BIN_EXE_chapter-6-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

/// Ends a wait for something that does not come; nothing depends
/// on it.
const PATIENCE: Duration = Duration::from_secs(15);

/// What it printed once.
const SHOWN: &str = include_str!("program.out");

pub fn shows(steps: Steps) {
    let (ends_well, lines) = run(&steps, &[]);
    steps.holds("it ends well", ends_well);
    for (seen, expected) in lines.iter().zip(SHOWN.lines()) {
        steps.equal("a line", &same(seen), &same(expected));
    }
    steps.equal("lines", &lines.len(), &SHOWN.lines().count());

    let folder = steps.succeeds("a folder", Folder::new());
    let bytes = [&[b'x'; 100][..], b"\n\xff"].concat();
    let path = steps.succeeds("a file", folder.file("some", &bytes));
    let path = path.to_string_lossy();
    let (_, lines) = run(&steps, &[&path, "--size", "64"]);
    for expected in [
        "All of it: 102 bytes, 2 chunks",
        "text: invalid UTF-8 at byte 101",
        "lines: 2 lines, the longest of 100",
    ] {
        let found = lines.iter().find(|line| *line == expected);
        let found = found.map(String::as_str);
        steps.equal("a line", &found, &Some(expected));
    }

    let path = folder.file("cut", b"ab\xffcd");
    let path = steps.succeeds("a file", path);
    let (_, lines) =
        run(&steps, &[&path.to_string_lossy(), "--size", "2"]);
    let rows = ["\"ab\"", "invalid UTF-8 at byte 2", "—"];
    for (line, end) in lines.iter().skip(4).zip(rows) {
        let what = format!("{line:?} ends with {end}");
        steps.holds(what, line.ends_with(end));
    }

    for (words, expected) in [
        (&["--size", "0"][..], "--size must be 1 to 1048576, not 0"),
        (&["--size"], "missing argument for option '--size'"),
        (&["-h"], "invalid option '-h'"),
        (&["a", "b"], "unexpected argument \"b\""),
    ] {
        let (ends_well, lines) = run(&steps, words);
        steps.holds("it fails", !ends_well);
        let expected =
            format!("chapter-6: {expected} (--help lists the flags)");
        steps.equal("what it says", &lines.join("\n"), &expected);
    }
}

/// A line without what differs: the address, and who else holds
/// the memory of a chunk.
fn same(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.iter().position(|word| word.starts_with("0x")) {
        Some(1) if words.len() > 5 => {
            let before = &words[2..4];
            [&words[..1], before, &words[5..]].concat().join(" ")
        }
        _ => line.trim_end().to_owned(),
    }
}

/// Runs the program to its end: whether that was a good one, and
/// what it printed.
fn run(steps: &Steps, words: &[&str]) -> (bool, Vec<String>) {
    let shown = words.join(" ");
    steps.step(format!("run the program with [{shown}]"));
    let dashes = if words.is_empty() { "" } else { " -- " };
    steps.repeat_with(format!("cargo run -p chapter-6{dashes}{shown}"));
    let program = Program::new(PROGRAM).args(words.iter().copied());
    match program.start(PATIENCE) {
        Err(Error::EndedEarly { status, lines }) => {
            (status.success(), lines)
        }
        Err(error) => steps.fail("an end", error),
        Ok(_) => steps.fail("an end", "a line with an address"),
    }
}
