//! `check --watch` on a real drive, and runs on one that has no locks.

#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{ChildStdout, Command, Stdio};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use proof::harness::fixture::Fixture;
use proof::harness::runner::{self, Said};

const ONE: &str = "exercises/chapter-01-doubling/src/lib.rs";
const RIGHT: &str = "pub fn double(number: u32) -> u32 { 2 * number }\n";
const WRONG: &str = "pub fn double(number: u32) -> u32 { number + 1 }\n";

/// Reads up to the next "Watching", and gives what was passed of two.
fn verdict(
    lines: &mut impl Iterator<Item = std::io::Result<String>>,
) -> Result<String> {
    let mut passed = Vec::new();
    for line in lines {
        let line = line?;
        if let Some((count, _)) = line.split_once(" of 2 passed") {
            passed.push(count.to_owned());
        }
        if line.starts_with("Watching") {
            return Ok(passed.concat());
        }
    }
    anyhow::bail!("it ended after {passed:?}")
}

#[test]
fn one_save_is_judged_once() -> Result<()> {
    let toy = Fixture::toy()?;
    let file = toy.root().join(ONE);
    let mut command = runner::xtask(&toy.root())?;
    command.args(["check", "1", "--watch"]);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut watch = command.spawn()?;
    let out: ChildStdout = watch.stdout.take().context("it is piped")?;
    let mut lines = BufReader::new(out).lines();
    let mut seen = vec![verdict(&mut lines)?];

    // An editor writes beside the file, and renames a moment later.
    let beside = file.with_extension("rs.tmp");
    fs::write(&beside, RIGHT)?;
    std::thread::sleep(Duration::from_millis(60));
    fs::rename(&beside, &file)?;
    seen.push(verdict(&mut lines)?);
    // An older copy is put back.
    fs::write(&beside, WRONG)?;
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    File::options()
        .append(true)
        .open(&beside)?
        .set_modified(long_ago)?;
    fs::rename(&beside, &file)?;
    seen.push(verdict(&mut lines)?);
    toy.write(ONE, RIGHT)?;
    seen.push(verdict(&mut lines)?);

    watch.kill()?;
    watch.wait()?;
    // One more judgment of any save would stand here twice.
    ensure!(seen == ["0", "2", "1", "2"], "{seen:?}");
    Ok(())
}

/// What flock says on some network drives.
const NO_LOCKS: &str =
    "#include <errno.h>\nint flock(int f, int o) { errno = ENOSYS; return -1; }\n";

#[test]
fn a_drive_without_locks_is_told_and_used() -> Result<()> {
    let toy = Fixture::toy()?;
    let folder = tempfile::tempdir()?;
    let (source, library) = (folder.path().join("f.c"), folder.path().join("f.so"));
    fs::write(&source, NO_LOCKS)?;
    let mut compiler = Command::new("cc");
    compiler
        .args(["-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(&source);
    if !compiler.status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no C compiler");
        return Ok(());
    }
    let say = |words: &str, incremental: &str| -> Result<Said> {
        let mut command = runner::xtask(&toy.root())?;
        command.args(words.split(' ')).env("LD_PRELOAD", &library);
        command.env("CARGO_INCREMENTAL", incremental);
        Ok(Said::from(command.output()?))
    };
    // The compiler insists on locks, for what it builds in increments.
    let said = say("check 1 --solution", "1")?;
    ensure!(said.code == 3, "{}{}", said.stdout, said.stderr);
    let next = "CARGO_INCREMENTAL=0";
    ensure!(said.stderr.contains(next), "{}", said.stderr);
    for words in ["check 1 --solution", "reset 1", "start 2"] {
        let said = say(words, "0")?;
        ensure!(said.code == 0, "{words}: {}{}", said.stdout, said.stderr);
        let told = said.stderr.matches("no file locks").count();
        ensure!(told == 1, "{words}: {}", said.stderr);
    }
    Ok(())
}
