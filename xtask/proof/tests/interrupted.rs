//! The runner while it runs: twice at once, interrupted, killed, let go, watching.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use proof::harness::fixture::Fixture;
use proof::harness::runner;
use rustix::process::{Pid, Signal, kill_process};

const ONE: &str = "exercises/chapter-01-doubling/src/lib.rs";
const HANGS: &str = "//! Hangs.\n\n/// Hangs, with a child that sleeps in a group of its own.\n\
    pub fn double(_number: u32) -> u32 {\n    \
    use std::os::unix::process::CommandExt;\n    \
    let mut sleep = std::process::Command::new(\"sleep\");\n    \
    let mut child = sleep.arg(\"987\").process_group(0).spawn().unwrap();\n    \
    child.wait().unwrap();\n    0\n}\n";

/// Ends a wait for something that does not come; nothing depends on it.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn nothing_is_left_after_ctrl_c_or_a_kill() -> Result<()> {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::KILL] {
        let toy = Fixture::toy()?;
        toy.write(ONE, HANGS)?;
        let runner = start(&toy, "check chapter-1")?;
        until("the check hangs", || sleepers(&toy.root()) == 1);
        kill_process(pid(&runner)?, signal)?;
        until("nothing runs any more", || sleepers(&toy.root()) == 0);
        let scratch = toy.root().join("target/workbook/scratch");
        until("no temporary file is left", || {
            fs::read_dir(&scratch).is_ok_and(|entries| entries.count() == 0)
        });
        finish(runner)?;
        // The lock is free again, and the next run judges as if nothing had been.
        toy.write(ONE, "pub fn double(number: u32) -> u32 { 2 * number }\n")?;
        assert_eq!(toy.say("check chapter-1")?.code, 0, "after {signal:?}");
    }
    Ok(())
}

/// `nohup` and jobs in the background start programs so. What they start in turn must
/// still end when it is told to, or this test would wait forever.
#[test]
fn nothing_is_left_where_the_tests_ignore_signals() -> Result<()> {
    let ignoring = "trap '' INT HUP QUIT; exec \"$0\" \"$@\"";
    let mut tests = std::process::Command::new("sh");
    tests.args(["-c", ignoring]).arg(std::env::current_exe()?);
    tests.args(["nothing_is_left_after_ctrl_c_or_a_kill", "--exact"]);
    let output = tests.stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 passed; 0 failed"), "{said}");
    Ok(())
}

#[test]
fn a_runner_killed_while_it_builds_leaves_a_workbook_that_works() -> Result<()> {
    let toy = Fixture::toy()?;
    let mut runner = start(&toy, "check chapter-3")?;
    let errors = runner.stderr.take().context("standard error")?;
    let mut lines = BufReader::new(errors).lines();
    // Cargo has begun to compile.
    assert!(lines.any(|line| line.is_ok_and(|line| line.contains("Compiling"))));
    kill_process(pid(&runner)?, Signal::KILL)?;
    finish(runner)?;
    assert_eq!(toy.say("check chapter-1 --solution")?.code, 0);
    Ok(())
}

#[test]
fn a_run_under_watch_ends_with_everything_in_it_when_its_parent_exits() -> Result<()> {
    let toy = Fixture::toy()?;
    toy.write(ONE, HANGS)?;
    let (run, parent) = under_watch(&toy, "check chapter-1 --events")?;
    until("the check hangs", || sleepers(&toy.root()) == 1);
    drop(parent);
    assert_eq!(finish(run)?, Some(1));
    // Nothing is left when the watching process has ended, not only some time later.
    assert_eq!(sleepers(&toy.root()), 0);
    let scratch = toy.root().join("target/workbook/scratch");
    assert_eq!(fs::read_dir(scratch)?.count(), 0);
    Ok(())
}

#[test]
fn a_build_under_watch_ends_with_its_compilers_when_its_parent_exits() -> Result<()> {
    let toy = Fixture::toy()?;
    let (mut run, parent) = under_watch(&toy, "check chapter-3 --events")?;
    let errors = run.stderr.take().context("standard error")?;
    let mut lines = BufReader::new(errors).lines();
    assert!(lines.any(|line| line.is_ok_and(|line| line.contains("Compiling"))));
    let members = descendants(run.id());
    assert!(members.len() > 1, "a runner and its cargo: {members:?}");
    let rest = thread::spawn(move || lines.for_each(drop));
    drop(parent);
    assert_eq!(finish(run)?, Some(1));
    let _ = rest.join();
    for pid in members {
        assert!(
            !Path::new(&format!("/proc/{pid}")).exists(),
            "{pid} still runs"
        );
    }
    Ok(())
}

#[test]
fn a_run_that_ends_by_itself_hands_its_exit_code_to_its_parent() -> Result<()> {
    let toy = Fixture::toy()?;
    for (words, code) in [
        ("check chapter-1 --solution --events", 0),
        ("check chapter-1 --events", 1),
        ("check chapter-9 --events", 2),
    ] {
        let (run, _parent) = under_watch(&toy, words)?;
        assert_eq!(finish(run)?, Some(code), "{words}");
    }
    Ok(())
}

#[test]
fn two_runs_at_once_wait_for_each_other() -> Result<()> {
    let toy = Fixture::toy()?;
    toy.write(ONE, HANGS)?;
    let first = start(&toy, "check chapter-1")?;
    until("the first run hangs", || sleepers(&toy.root()) == 1);
    let mut second = start(&toy, "check chapter-2 --solution")?;
    let errors = second.stderr.take().context("standard error")?;
    let mut lines = BufReader::new(errors).lines();
    let waiting = lines.next().context("the second run says something")??;
    assert_eq!(
        waiting,
        format!(
            "Waiting for another run (process {}) to finish.",
            first.id()
        )
    );
    kill_process(pid(&first)?, Signal::INT)?;
    let rest = thread::spawn(move || lines.for_each(drop));
    assert_eq!(finish(second)?, Some(0));
    let _ = rest.join();
    finish(first)?;
    Ok(())
}

#[test]
fn watch_judges_again_when_a_file_is_saved() -> Result<()> {
    let toy = Fixture::toy()?;
    let mut runner = start(&toy, "check chapter-1 --watch")?;
    let output = runner.stdout.take().context("standard output")?;
    let mut lines = BufReader::new(output).lines();
    let mut wait_for =
        |text: &str| lines.any(|line| line.is_ok_and(|line| line.contains(text)));
    assert!(wait_for("0 of 2 passed"));
    assert!(wait_for("Watching chapter-1"));
    toy.write(ONE, "pub fn double(number: u32) -> u32 { 2 * number }\n")?;
    assert!(wait_for("2 of 2 passed"));
    assert!(wait_for("Watching chapter-1"));
    toy.write(ONE, "pub fn double(number: u32) -> u32 { number }\n")?;
    assert!(wait_for("1 of 2 passed"));
    kill_process(pid(&runner)?, Signal::INT)?;
    finish(runner)?;
    Ok(())
}

fn start(toy: &Fixture, words: &str) -> Result<Child> {
    Ok(runner::xtask(&toy.root())?
        .args(words.split_whitespace())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?)
}

/// Starts a run that ends when the pipe beside it is dropped.
fn under_watch(toy: &Fixture, words: &str) -> Result<(Child, ChildStdin)> {
    let mut run = runner::xtask(&toy.root())?
        .arg("__until-parent-exits")
        .args(words.split_whitespace())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let parent = run.stdin.take().context("standard input")?;
    Ok((run, parent))
}

/// The processes below one, by their numbers.
fn descendants(pid: u32) -> Vec<u32> {
    let path = format!("/proc/{pid}/task/{pid}/children");
    let children = fs::read_to_string(path).unwrap_or_default();
    let mut found = Vec::new();
    for child in children
        .split_whitespace()
        .filter_map(|pid| pid.parse().ok())
    {
        found.push(child);
        found.extend(descendants(child));
    }
    found
}

/// Waits for the end; the pipes are read meanwhile, so that it can come.
fn finish(mut child: Child) -> Result<Option<i32>> {
    let out = child
        .stdout
        .take()
        .map(|pipe| thread::spawn(|| BufReader::new(pipe).lines().for_each(drop)));
    let err = child
        .stderr
        .take()
        .map(|pipe| thread::spawn(|| BufReader::new(pipe).lines().for_each(drop)));
    let status = child.wait()?;
    for reader in [out, err].into_iter().flatten() {
        let _ = reader.join();
    }
    Ok(status.code())
}

fn pid(child: &Child) -> Result<Pid> {
    let raw = i32::try_from(child.id())?;
    Pid::from_raw(raw).context("a process has a number")
}

/// How many of our sleeping processes live in the workbook at `root`.
fn sleepers(root: &Path) -> usize {
    let root = root.to_string_lossy().into_owned();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            fs::read(entry.path().join("cmdline"))
                .is_ok_and(|words| words == b"sleep\x00987\x00")
        })
        .filter(|entry| {
            let environment =
                fs::read(entry.path().join("environ")).unwrap_or_default();
            String::from_utf8_lossy(&environment).contains(&root)
        })
        .count()
}

fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let started = Instant::now();
    while !happened() {
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
