//! The gallery of broken machines: what stops a build there is told as what it is,
//! with what to do next, and no learner is blamed for it or loses a file.

#![cfg(target_os = "linux")]

use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use proof::harness::disk::Disk;
use proof::harness::fixture::Fixture;
use proof::harness::runner::{self, Said};

const ONE: &str = "exercises/chapter-01-doubling/src/lib.rs";
const TWO: &str = "exercises/chapter-02-adding/src/lib.rs";
const CHECKS: &str = "exercises/chapter-01-doubling/tests/check.rs";
const MANIFEST: &str = "exercises/chapter-01-doubling/Cargo.toml";
const RIGHT: &str = "pub fn double(number: u32) -> u32 { number + number }\n";

/// A workbook whose first chapter is solved, on a machine that can be broken.
struct Machine {
    toy: Fixture,
    /// Programs that take the place of the real ones.
    programs: tempfile::TempDir,
}

impl Machine {
    fn healthy() -> Result<Self> {
        let toy = Fixture::toy()?;
        toy.write(ONE, RIGHT)?;
        let machine = Self {
            toy,
            programs: tempfile::tempdir()?,
        };
        let said = machine.check(|_| {})?;
        ensure!(said.code == 0, "{}{}", said.stdout, said.stderr);
        Ok(machine)
    }

    fn check(&self, broken: impl Fn(&mut Command)) -> Result<Said> {
        self.say("check chapter-1", broken)
    }

    fn say(&self, words: &str, broken: impl Fn(&mut Command)) -> Result<Said> {
        // A build that has nothing to do notices nothing.
        let text = self.toy.read(ONE)?;
        self.toy.write(ONE, &text)?;
        let mut command = runner::xtask(&self.toy.root())?;
        command.args(words.split_whitespace());
        broken(&mut command);
        Ok(Said::from(command.output()?))
    }

    /// A script in the place of a program, found before the real one.
    fn stand_in(&self, name: &str, script: &str) -> Result<PathBuf> {
        let path = self.programs.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n"))?;
        fs::set_permissions(&path, Permissions::from_mode(0o755))?;
        Ok(path)
    }

    fn path(&self) -> String {
        let path = std::env::var("PATH").unwrap_or_default();
        format!("{}:{path}", self.programs.path().display())
    }

    /// The command says so, blames nobody, and `start` takes nothing from anybody.
    fn tells(
        &self,
        code: i32,
        what: &str,
        next: &str,
        broken: impl Fn(&mut Command),
    ) -> Result<()> {
        let before = self.toy.read(ONE)?;
        // It passes, and one comment more makes it unproven.
        let edited = format!("{before}// mine\n");
        self.toy.write(ONE, &edited)?;
        for words in ["check chapter-1", "start chapter-2", "start chapter-1"] {
            let said = self.say(words, &broken)?;
            let all = format!("{words}: {}\n{}{}", said.code, said.stdout, said.stderr);
            ensure!(said.code == code, "{what}: {all}");
            ensure!(said.says(what), "{what}: {all}");
            ensure!(said.stderr.contains("\nNext: "), "{what}: {all}");
            ensure!(said.says(next), "{next}: {all}");
            ensure!(!all.contains("doesn't compile;"), "{what}: {all}");
            ensure!(!all.contains("fills in"), "{what}: {all}");
            ensure!(self.toy.read(ONE)? == edited, "{what}: {words} changed it");
        }
        self.toy.write(ONE, &before)
    }
}

fn real(program: &str) -> Result<PathBuf> {
    let output = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()?;
    let sysroot = String::from_utf8(output.stdout)?;
    Ok(Path::new(sysroot.trim()).join("bin").join(program))
}

#[test]
fn a_linker_that_is_missing_or_fails_is_the_machines() -> Result<()> {
    let machine = Machine::healthy()?;
    let (cargo, rustc) = (real("cargo")?, real("rustc")?);
    let empty = machine.programs.path().join("empty");
    fs::create_dir(&empty)?;
    machine.tells(3, "no linker", "build-essential", |command| {
        command
            .env("PATH", &empty)
            .env("CARGO", &cargo)
            .env("RUSTC", &rustc);
    })?;
    let said = machine.say("doctor", |command| {
        command
            .env("PATH", &empty)
            .env("CARGO", &cargo)
            .env("RUSTC", &rustc);
    })?;
    ensure!(said.code == 3, "{}{}", said.stdout, said.stderr);
    for lack in ["no linker", "build-essential", "no cc"] {
        ensure!(said.stdout.contains(lack), "{lack}: {}", said.stdout);
    }
    let linker = [
        ("kill -9 $$", "memory ran out", "CARGO_BUILD_JOBS=1"),
        (
            "echo 'collect2: fatal error: ld terminated with signal 9 [Killed]' >&2; exit 1",
            "memory ran out",
            "CARGO_BUILD_JOBS=1",
        ),
        (
            "echo '/usr/bin/ld: final link failed: No space left on device' >&2; exit 1",
            "disk is full",
            "free some space",
        ),
        (
            "echo 'collect2: fatal error: ld terminated with signal 7 [Bus error]' >&2; exit 1",
            "disk is full",
            "free some space",
        ),
        (
            "echo '/usr/bin/ld: cannot find -lgcc_s' >&2; exit 1",
            "the linker failed",
            "cargo xtask doctor",
        ),
    ];
    for (script, what, next) in linker {
        machine.stand_in("cc", script)?;
        let path = machine.path();
        machine.tells(3, what, next, |command| {
            command.env("PATH", &path);
        })?;
    }
    Ok(())
}

#[test]
fn a_compiler_that_is_ended_or_fails_is_the_machines() -> Result<()> {
    let machine = Machine::healthy()?;
    let rustc = real("rustc")?;
    let rustc = rustc.display();
    let compiler = [
        ("kill -9 $$", "memory ran out", "CARGO_BUILD_JOBS=1"),
        (
            "kill -11 $$",
            "the compiler itself crashed",
            "rustup update stable",
        ),
        (
            "echo \"error: the compiler unexpectedly panicked. this is a bug.\" >&2; exit 101",
            "the compiler itself crashed",
            "rustup update stable",
        ),
        (
            "echo 'rustc-LLVM ERROR: IO failure on output stream: No space left on device' >&2; \
             exit 1",
            "disk is full",
            "free some space",
        ),
    ];
    for (script, what, next) in compiler {
        let script = format!(
            "case \"$*\" in *--crate-name\\ check*) {script};; esac\nexec {rustc} \"$@\""
        );
        let stand_in = machine.stand_in("rustc", &script)?;
        machine.tells(3, what, next, |command| {
            command.env("RUSTC", &stand_in);
        })?;
    }
    // The compiler doesn't even start.
    machine.tells(3, "memory ran out", "CARGO_BUILD_JOBS=1", |command| {
        let program = command.get_program().to_owned();
        let words: Vec<_> = command.get_args().map(|word| word.to_owned()).collect();
        let mut limited = Command::new("sh");
        limited
            .args(["-c", "ulimit -v 120000; exec \"$0\" \"$@\""])
            .arg(program)
            .args(words)
            .env("NO_COLOR", "1")
            .current_dir(machine.toy.root())
            .stdin(Stdio::null());
        *command = limited;
    })
}

#[test]
fn a_disk_that_is_full_or_closed_is_the_machines() -> Result<()> {
    let machine = Machine::healthy()?;
    let Some(disk) = Disk::mounted("size=200k")? else {
        eprintln!("skipped: only root can mount a small disk");
        return Ok(());
    };
    let target = disk.path().join("target");
    machine.tells(3, "disk is full", "free some space", |command| {
        command.env("CARGO_TARGET_DIR", &target);
    })?;
    drop(disk);
    let disk = Disk::mounted("ro")?.context("it could be mounted just now")?;
    let target = disk.path().join("target");
    machine.tells(
        3,
        "to write in its build folder",
        "CARGO_TARGET_DIR",
        |command| {
            command.env("CARGO_TARGET_DIR", &target);
        },
    )?;
    drop(disk);
    // A full folder for temporary files is no reason to fail: nothing is built there.
    let disk = Disk::mounted("size=4k")?.context("it could be mounted just now")?;
    let _ = fs::write(disk.path().join("full"), vec![0; 1 << 20]);
    let said = machine.check(|command| {
        command.env("TMPDIR", disk.path());
    })?;
    ensure!(said.code == 0, "{}{}", said.stdout, said.stderr);
    Ok(())
}

#[test]
fn what_cargo_needs_and_does_not_find_is_the_machines() -> Result<()> {
    let machine = Machine::healthy()?;
    let manifest = machine.toy.read(MANIFEST)?;
    let nowhere = manifest.replace(
        "[dependencies]",
        "[dependencies]\nflat-memory-of-nowhere = \"1\"",
    );
    ensure!(nowhere != manifest, "{manifest}");
    machine.toy.write(MANIFEST, &nowhere)?;
    machine.tells(3, "some crates", "cargo fetch", |command| {
        command.env("CARGO_NET_OFFLINE", "true");
    })?;
    let newer = manifest.replace("[package]", "[package]\nrust-version = \"1.999\"");
    machine.toy.write(MANIFEST, &newer)?;
    machine.tells(3, "too old", "rustup update stable", |_| {})?;
    machine.toy.write(MANIFEST, &manifest)?;
    machine.tells(3, "can't run cargo", "https://rustup.rs", |command| {
        command.env("CARGO", "/nowhere/cargo");
    })?;
    let broken = "echo \"error: toolchain '1.80' is not installed\" >&2; exit 1";
    let cargo = machine.stand_in("cargo", broken)?;
    machine.tells(3, "isn't complete", "rustup update stable", |command| {
        command.env("CARGO", &cargo);
    })?;
    let odd = machine.stand_in("cargo", "echo 'error: odd' >&2; exit 101")?;
    machine.tells(3, "its message is above", "cargo xtask doctor", |command| {
        command.env("CARGO", &odd);
    })
}

#[test]
fn damaged_files_of_an_earlier_build_are_the_machines() -> Result<()> {
    let machine = Machine::healthy()?;
    let folder = machine.toy.root().join("target/debug/deps");
    for entry in fs::read_dir(folder)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("liblab")
            && (name.ends_with("rlib") || name.ends_with("rmeta"))
        {
            File::create(entry.path())?;
        }
    }
    machine.tells(3, "damaged", "cargo clean", |_| {})
}

#[test]
fn a_file_that_nobody_is_to_change_is_named_with_its_way_back() -> Result<()> {
    let machine = Machine::healthy()?;
    let root = machine.toy.root();
    let change = |file: &str, text: &str| -> Result<String> {
        let before = machine.toy.read(file)?;
        machine.toy.write(file, text)?;
        Ok(before)
    };
    for words in [
        "init -q",
        "add -A -f exercises solutions Cargo.toml Cargo.lock",
    ] {
        git(&root, words)?;
    }
    git(&root, "-c user.name=a -c user.email=a@b commit -q -m one")?;
    let before = change(CHECKS, "fn broken() { nowhere::at_all() }\n")?;
    machine.tells(4, CHECKS, &format!("git restore {CHECKS}"), |_| {})?;
    machine.toy.write(CHECKS, &before)?;

    let before = change(MANIFEST, "[package\n")?;
    machine.tells(4, MANIFEST, &format!("git restore {MANIFEST}"), |_| {})?;
    fs::remove_file(root.join(MANIFEST))?;
    machine.tells(4, MANIFEST, &format!("git restore {MANIFEST}"), |_| {})?;
    machine.toy.write(MANIFEST, &before)?;

    let other = "exercises/chapter-03-serving/src/lib.rs";
    let text = machine.toy.read(other)?;
    fs::remove_file(root.join(other))?;
    // It is no part of chapter 1, and cargo reads all manifests.
    machine.tells(
        4,
        &format!("{other} is missing"),
        &format!("git restore {other}"),
        |_| {},
    )?;
    machine.toy.write(other, &text)?;

    fs::remove_file(root.join(ONE))?;
    let mut command = runner::xtask(&root)?;
    let said = Said::from(command.args(["check", "chapter-1"]).output()?);
    ensure!(said.code == 4, "{}{}", said.stdout, said.stderr);
    let lost = format!("{ONE} is missing");
    ensure!(said.stderr.contains(&lost), "{}", said.stderr);
    Ok(())
}

#[test]
fn what_the_learner_wrote_is_the_learners() -> Result<()> {
    let machine = Machine::healthy()?;
    let mistakes = [
        // In the file of a step.
        (
            "pub fn double(number: u32) -> u32 { number + }\n",
            "expected expression",
        ),
        // The checks no longer fit.
        (
            "pub fn double(number: &str) -> u32 { 0 }\n",
            "mismatched types",
        ),
        ("fn double(number: u32) -> u32 { number }\n", "private"),
        // A module of their own that isn't there.
        (
            "mod gone;\npub fn double(number: u32) -> u32 { number }\n",
            "gone",
        ),
        // A macro of the standard library has the error.
        (
            "pub fn double(number: u32) -> u32 { println!(\"{}\"); number }\n",
            "argument",
        ),
        // The linker finds it, and the code has asked for it.
        (
            "unsafe extern \"C\" { fn nowhere(); }\n\
             pub fn double(number: u32) -> u32 { unsafe { nowhere() }; number }\n",
            "nowhere",
        ),
        (
            "pub fn double(number: u32) -> u32 { include_bytes!(\"no\").len() as u32 }\n",
            "no",
        ),
        (
            "extern crate nowhere;\npub fn double(n: u32) -> u32 { n }\n",
            "nowhere",
        ),
    ];
    for (text, why) in mistakes {
        machine.toy.write(ONE, text)?;
        let said = machine.check(|_| {})?;
        let all = format!("{text}{}: {}{}", said.code, said.stdout, said.stderr);
        ensure!(said.code == 1, "{all}");
        ensure!(said.stdout.contains("doesn't compile"), "{all}");
        ensure!(said.stderr.contains(why), "{all}");
    }
    // Whoever begins at chapter 2 with it gets the reference, and a copy.
    let said = machine.toy.say("start chapter-2")?;
    ensure!(said.code == 0, "{}{}", said.stdout, said.stderr);
    ensure!(said.stdout.contains("fills in"), "{}", said.stdout);
    ensure!(
        said.stdout.contains("cargo xtask restore"),
        "{}",
        said.stdout
    );
    machine
        .toy
        .write(TWO, "pub fn quadruple(number: u32) -> u32 { ? }\n")?;
    let said = machine.toy.say("check chapter-2")?;
    ensure!(said.code == 1, "{}{}", said.stdout, said.stderr);
    Ok(())
}

#[test]
fn a_wait_for_somebody_elses_build_is_told() -> Result<()> {
    let machine = Machine::healthy()?;
    let text = machine.toy.read(ONE)?;
    machine.toy.write(ONE, &text)?;
    let lock = File::open(machine.toy.root().join("target/debug/.cargo-lock"))?;
    lock.lock()?;
    let mut command = runner::xtask(&machine.toy.root())?;
    command.args(["check", "chapter-1"]);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut check = command.spawn()?;
    let mut words = BufReader::new(check.stderr.take().context("it is piped")?);
    let mut line = String::new();
    while !line.contains("Blocking waiting for file lock") {
        line.clear();
        ensure!(words.read_line(&mut line)? > 0, "it ended without a word");
    }
    lock.unlock()?;
    words.read_to_string(&mut line)?;
    ensure!(check.wait()?.success(), "{line}");
    Ok(())
}

fn git(folder: &Path, words: &str) -> Result<()> {
    let status = Command::new("git")
        .current_dir(folder)
        .args(words.split_whitespace())
        .status()?;
    ensure!(status.success(), "git {words}");
    Ok(())
}
