//! The gallery of hostile code under Wine, which must get the same verdicts as on
//! Linux, through a job object.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::programs::{self, Programs};
use super::toolchain::Toolchain;
use crate::harness::exhibits::EXHIBITS;
use crate::harness::fixture::Fixture;
use crate::harness::runner;
use crate::harness::tally::Counter;

/// The package of the gallery's one chapter.
const PACKAGE: &str = "chapter-1";
/// Exhibits that exist only on Unix, and a stack overflow, which hangs in Wine 8's own
/// handler.
const NOT_HERE: [&str; 5] = [
    "overflows_the_stack",
    "reads_a_sparse_file_of_8_gib",
    "closes_its_output",
    "ignores_signals",
    "reads_its_input",
];
/// Wine doesn't report that a process was busy, so a part of this message is missing.
const NOT_TOLD: &str = "endless_loop";
/// Stops waiting for something that doesn't come.
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
        let here = EXHIBITS
            .iter()
            .filter(|(name, ..)| !NOT_HERE.contains(name));
        for &(name, status, message) in here {
            let message = if name == NOT_TOLD { "" } else { message };
            let check = checks.iter().find(|check| check["name"] == name);
            let result = check.context("it has no verdict");
            let result = result.and_then(|check| judge(check, status, message));
            counter.count(&format!("hostile under Wine: {name}"), result);
        }
        counter.count("nothing of it remains under Wine", self.nothing_left());
        counter.count("nothing remains after Ctrl-C under Wine", self.interrupt());
        Ok(())
    }

    /// Sends Ctrl-C while a check hangs.
    fn interrupt(&self) -> Result<()> {
        let root = self.fixture.root();
        let scratch = root.join("target/workbook/scratch");
        let mut command = self.programs.xtask(&root)?;
        command
            .args(["check", PACKAGE, "--only", "blocked_for_ever"])
            // It must not exit by itself.
            .args(["--patience", "100"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut runner = command.spawn()?;
        let begun = || fs::read_dir(&scratch).is_ok_and(|mut it| it.next().is_some());
        let hangs = wait(begun);
        ensure!(hangs, "the check doesn't begin");
        programs::interrupt(runner.id())?;
        let ended = wait(|| matches!(runner.try_wait(), Ok(Some(_))));
        ensure!(ended, "the runner continues");
        self.nothing_left()
    }

    fn nothing_left(&self) -> Result<()> {
        let scratch = self.fixture.root().join("target/workbook/scratch");
        let empty = || fs::read_dir(&scratch).is_ok_and(|mut it| it.next().is_none());
        ensure!(wait(empty), "temporary files remain");
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
