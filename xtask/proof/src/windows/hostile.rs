//! The gallery of hostile code under Wine: the verdicts of Linux, from a job object.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::programs::{self, Programs};
use super::toolchain::Toolchain;
use crate::fixture::Fixture;
use crate::runner;
use crate::tally::Counter;

/// The package of the gallery's one chapter.
const PACKAGE: &str = "chapter-1";
/// Exhibit, status, and a part of the message. Not here: a stack that overflows, which
/// hangs under Wine 8 in Wine's own handler, and what only Unix has.
const VERDICTS: [(&str, &str, &str); 20] = [
    // Wine does not tell that it was busy.
    ("endless_loop", "timed out", ""),
    ("blocked_for_ever", "timed out", "waiting"),
    ("panics", "crashed", "index out of bounds"),
    ("panics_in_a_task", "wrong", "nobody is looking"),
    ("not_written", "not started", "write this"),
    ("aborts", "crashed", "it aborted"),
    ("exits", "crashed", "exit code 0 in the middle"),
    ("takes_100_gib", "too much memory", "asked for 100.0 GiB"),
    ("reserves_100_gib", "too much memory", "asked for 100.0 GiB"),
    ("grows_slowly", "too much memory", "limit is 64.0 MiB"),
    ("grows_in_a_child", "too much memory", "limit is 64.0 MiB"),
    ("starts_400_threads", "passed", ""),
    ("prints_without_end", "crashed", "printed without end"),
    ("prints_what_is_no_text", "passed", ""),
    ("leaves_a_child", "crashed", "left 1 process behind"),
    (
        "leaves_a_child_in_a_group_of_its_own",
        "crashed",
        "left 1 process behind",
    ),
    (
        "leaves_an_orphan_in_a_session_of_its_own",
        "crashed",
        "left 1 process behind",
    ),
    ("a_server_with_a_todo", "not started", "write this"),
    ("a_server_that_ends_early", "wrong", ""),
    ("a_server_on_a_taken_port", "wrong", ""),
];
/// Ends a wait for something that does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// The gallery, and what was built of it.
pub(super) struct Gallery {
    fixture: Fixture,
    programs: Programs,
}

/// Builds the gallery's checks for Windows.
pub(super) fn build(toolchain: &Toolchain, programs: &Programs) -> Result<Gallery> {
    let fixture = Fixture::gallery()?;
    let mut cargo = programs::cargo(toolchain);
    cargo
        .current_dir(fixture.root())
        .args(["--package", PACKAGE, "--test", "check"])
        // Cargo knows the standard library by its way from the workspace. In one folder
        // with the workbook's, each of the two would be built again and again.
        .env("CARGO_TARGET_DIR", toolchain.folder().join("gallery"));
    let programs = programs.and(&mut cargo, "hostile")?;
    Ok(Gallery { fixture, programs })
}

impl Gallery {
    /// Judges every exhibit, and interrupts one.
    pub(super) fn prove(&self, counter: &Counter) -> Result<()> {
        let root = self.fixture.root();
        let mut command = self.programs.xtask(&root)?;
        // Printing is slow under Wine, and on a busy machine a loop gets little time.
        command.args(["check", PACKAGE, "--json", "--patience", "5"]);
        let checks = runner::checks(command)?;
        for (name, status, message) in VERDICTS {
            let check = checks.iter().find(|check| check["name"] == name);
            let result = check.context("it has no verdict");
            let result = result.and_then(|check| judge(check, status, message));
            counter.count(&format!("hostile under Wine: {name}"), result);
        }
        counter.count("nothing of it is left under Wine", self.nothing_left());
        counter.count("Ctrl-C leaves nothing under Wine", self.interrupt());
        Ok(())
    }

    /// Presses Ctrl-C while a check hangs.
    fn interrupt(&self) -> Result<()> {
        let root = self.fixture.root();
        let scratch = root.join("target/workbook/scratch");
        let mut command = self.programs.xtask(&root)?;
        command
            .args(["check", PACKAGE, "--only", "blocked_for_ever"])
            // It must not end by itself.
            .args(["--patience", "100"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut runner = command.spawn()?;
        let begun = || fs::read_dir(&scratch).is_ok_and(|mut it| it.next().is_some());
        let hangs = wait(begun);
        ensure!(hangs, "the check does not begin");
        programs::interrupt(runner.id())?;
        let ended = wait(|| matches!(runner.try_wait(), Ok(Some(_))));
        ensure!(ended, "the runner goes on");
        self.nothing_left()
    }

    fn nothing_left(&self) -> Result<()> {
        let scratch = self.fixture.root().join("target/workbook/scratch");
        let empty = || fs::read_dir(&scratch).is_ok_and(|mut it| it.next().is_none());
        ensure!(wait(empty), "temporary files are left");
        let check = self.programs.program(PACKAGE, "test")?;
        let own = self.programs.program(PACKAGE, "bin")?;
        for program in [check, own] {
            let gone = wait(|| programs::running(program).is_empty());
            ensure!(gone, "{} still runs", program.display());
        }
        Ok(())
    }
}

fn judge(check: &Value, status: &str, message: &str) -> Result<()> {
    let said = check["message"].as_str().unwrap_or_default();
    let is_right = check["status"] == status && said.contains(message);
    ensure!(is_right, "{check}");
    Ok(())
}

fn wait(mut so: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    while !so() {
        if started.elapsed() > PATIENCE {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}
