//! What every command prints: in ASCII where that is asked for, and in 80 columns.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};
use proof::harness::fixture::Fixture;
use proof::harness::runner::{self, Said};

const CHECKS: &str = "exercises/chapter-01-doubling/checks.toml";
const ONE: &str = "exercises/chapter-01-doubling/src/lib.rs";
const RIGHT: &str = "//! Für mich …\n\n/// Twice.\npub fn double(number: u32) -> u32 {\n    \
                     2 * number\n}\n";

/// Calls in this order, each in the state that the ones before left.
const CALLS: &[&str] = &[
    "",
    "--json",
    "--help",
    "--version",
    "check 1",
    "check 1 --json",
    "check 1 --events",
    "check 1 --solution",
    "check all",
    "check 3",
    "hint 1",
    "hint 1 zero_stays_zero",
    "solution 1",
    "solution 1 --reveal",
    "start 3",
    "restore",
    "restore chapter-1",
    "reset 1",
    "reset 1",
    "restore nothing",
    "update",
    "update --undo",
    "doctor",
    "doctor --json",
    "sync --check",
    "test --only nothing",
    "plot 1",
    "bench --quick",
    "book --port=none",
    "list",
    "chek 1",
    "check 9",
    "check 1 --wach",
    "check 1 --only nothing_like_it",
    "--color=blue",
];

/// A toy whose texts are long, and full of signs that ASCII doesn't have.
fn toy() -> Result<Fixture> {
    let toy = Fixture::toy()?;
    let long = "It’s promised – at least × 2 – and “promised” is a word → with so many \
                letters that a line of a terminal can’t hold it and its neighbors …";
    let text = toy.read(CHECKS)?;
    let text = text
        .replace("It is promised.", long)
        .replace("the first hint", long)
        .replace("zero stays zero", "zero stays zero → 0 …");
    toy.write(CHECKS, &text)?;
    toy.write(ONE, RIGHT)?;
    Ok(toy)
}

fn say(toy: &Fixture, words: &str, variables: &[(&str, &str)]) -> Result<Said> {
    let mut command = runner::xtask(&toy.root())?;
    command.args(words.split_whitespace());
    command.envs(variables.iter().copied());
    Ok(Said::from(command.output()?))
}

/// The names of all commands, as the overview lists them.
fn commands(toy: &Fixture) -> Result<Vec<String>> {
    let overview = say(toy, "--help", &[])?.stdout;
    let names = overview
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<String> = names.map(str::to_owned).collect();
    ensure!(names.len() >= 13, "{overview}");
    Ok(names)
}

#[test]
fn every_command_speaks_ascii_where_that_is_asked_for() -> Result<()> {
    for variables in [&[("LC_ALL", "C")][..], &[("TERM", "dumb")]] {
        let toy = toy()?;
        let helps = commands(&toy)?
            .into_iter()
            .map(|name| format!("{name} --help"));
        let helps: Vec<String> = helps.collect();
        let mut used: BTreeSet<&str> = BTreeSet::new();
        for words in CALLS
            .iter()
            .copied()
            .chain(helps.iter().map(String::as_str))
        {
            let Said { stdout, stderr, .. } = say(&toy, words, variables)?;
            for text in [stdout, stderr] {
                ensure!(text.is_ascii(), "{variables:?} {words}: {text}");
            }
            used.extend(words.split(' ').next());
        }
        // The compiler quotes the learner.
        toy.write(ONE, &RIGHT.replace("2 *", "2 … *"))?;
        let broken = say(&toy, "check 1", variables)?;
        ensure!(broken.stderr.contains("error"), "{}", broken.stderr);
        ensure!(broken.stderr.is_ascii(), "{}", broken.stderr);
        // One that is new stands here, too.
        for name in commands(&toy)? {
            ensure!(used.contains(&*name), "{name} isn't called");
        }
    }
    Ok(())
}

#[test]
fn no_line_is_longer_than_a_terminal_is_wide() -> Result<()> {
    let toy = toy()?;
    let helps = commands(&toy)?
        .into_iter()
        .map(|name| format!("{name} --help"));
    let helps: Vec<String> = helps.collect();
    for words in CALLS
        .iter()
        .copied()
        .chain(helps.iter().map(String::as_str))
    {
        // What the doctor finds may be as long as a version.
        let is_data = words.contains("--json") || words.contains("--events");
        if is_data || words == "doctor" {
            continue;
        }
        let Said { stdout, stderr, .. } = say(&toy, words, &[])?;
        for line in stdout.lines().chain(stderr.lines()) {
            // What somebody copies is never broken, and nor are the words of cargo
            // and what the learner wrote.
            let is_whole = ["cargo ", "git ", "   Compiling ", "error: package"]
                .iter()
                .any(|part| line.contains(part));
            ensure!(is_whole || line.chars().count() <= 80, "{words}: {line}");
        }
    }
    // Whoever begins sees the whole map, with its title, in 24 lines.
    let map = say(&toy, "", &[])?.stdout;
    ensure!(map.starts_with("Flat Memory"), "{map}");
    ensure!(map.lines().count() <= 24, "{map}");
    Ok(())
}

#[test]
fn the_version_has_a_line_for_each_part() -> Result<()> {
    let toy = Fixture::toy()?;
    let said = toy.say("--version")?;
    let lines: Vec<&str> = said.stdout.lines().collect();
    // The toy is in no repository, or in somebody else's.
    let [workbook, compiler] = lines[..] else {
        anyhow::bail!("{}", said.stdout);
    };
    ensure!(workbook.starts_with("Flat Memory "), "{workbook}");
    ensure!(compiler.starts_with("rustc 1."), "{compiler}");

    let real = runner::say(&runner::root(), "--version")?;
    let commit = real.stdout.lines().nth(1).context("a second line")?;
    let is_git = runner::root().join(".git").exists();
    ensure!(commit.starts_with("commit ") == is_git, "{commit}");
    Ok(())
}

#[test]
fn every_command_knows_a_chapter_by_the_same_names() -> Result<()> {
    let toy = Fixture::toy()?;
    toy.write(ONE, RIGHT)?;
    let folder = toy.root().join("exercises/chapter-01-doubling");
    let names = [
        "chapter-1",
        "1",
        "01",
        "doubling",
        "chapter1",
        "Chapter-1",
        "chapter-01-doubling",
        "exercises/chapter-01-doubling",
        ONE,
    ];
    let there = [".", "src/lib.rs", "../chapter-01-doubling/"];
    let at_root = names.iter().map(|name| (toy.root(), *name));
    let inside = there.iter().map(|name| (folder.clone(), *name));
    for (here, name) in at_root.chain(inside) {
        for (command, code, part) in [
            ("check", 0, "2 of 2 passed"),
            ("hint", 0, "Every check of chapter-1 passes"),
            ("solution", 0, "number + number"),
            ("reset", 0, "reset to the starter"),
            ("restore", 0, "restored: exercises/chapter-01-doubling"),
            ("start", 0, "Next: cargo xtask check chapter-1"),
        ] {
            let mut call = runner::xtask(&toy.root())?;
            call.current_dir(&here).args([command, name]);
            // Not every call is about names.
            if command == "hint" || command == "solution" {
                toy.say("check 1")?;
            }
            let said = Said::from(call.output()?);
            let all = format!("{command} {name}: {}{}", said.stdout, said.stderr);
            ensure!(said.code == code && said.stdout.contains(part), "{all}");
        }
        ensure!(fs::read_to_string(toy.root().join(ONE))? == RIGHT, "{name}");
    }
    Ok(())
}

#[test]
fn a_word_of_another_tool_leads_to_the_command_that_is_meant() -> Result<()> {
    let toy = Fixture::toy()?;
    for (words, next) in [
        ("list", "did you mean `cargo xtask`,"),
        ("next", "did you mean `cargo xtask`,"),
        ("serve", "did you mean `cargo xtask book`?"),
        ("doubling", "did you mean `cargo xtask check chapter-1`?"),
        ("bok", "did you mean `cargo xtask book`?"),
        ("banana", "Next: cargo xtask --help"),
        ("check 1 -w", "did you mean `--watch`?"),
        ("book --port=99999", "`99999` isn't a port"),
        ("book --fast", "the same command with --help"),
    ] {
        let said = toy.say(words)?;
        ensure!(said.code == 2, "{words}: {}", said.stderr);
        ensure!(said.stderr.contains(next), "{words}: {}", said.stderr);
        ensure!(!said.stderr.contains("workbook serve"), "{}", said.stderr);
    }
    Ok(())
}
