//! The runner as a program: built once, then started in any workbook.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::harness::signals;

/// The folder of the real workbook.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("this package is two folders below the root")
        .to_owned()
}

/// `cargo xtask` in the workbook at `root`, as a program to start.
pub fn xtask(root: &Path) -> Result<Command> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let program = match BUILT.get() {
        Some(program) => program,
        None => {
            let program = build()?;
            BUILT.get_or_init(|| program)
        }
    };
    signals::heed();
    let mut command = Command::new(program);
    // On a dumb terminal, the output would be ASCII.
    let variables = [("NO_COLOR", "1"), ("LC_ALL", "C.UTF-8"), ("TERM", "xterm")];
    command.envs(variables);
    inside(&mut command, root);
    Ok(command)
}

/// Cargo in the workbook at `root`, as a program to start.
pub fn cargo(root: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    inside(&mut command, root);
    command
}

fn inside(command: &mut Command, root: &Path) {
    command
        .current_dir(root)
        // Environment variables of this test must not reach the workbook.
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null());
    if root != self::root() {
        // Nobody debugs a copy, and without debug information, a build after an edit
        // takes only two thirds of the time.
        command.env("CARGO_PROFILE_DEV_DEBUG", "false");
    }
}

/// Everything that `cargo xtask` printed.
pub struct Said {
    /// Its exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Said {
    /// Returns whether it printed this text, on either stream, wherever the lines were
    /// wrapped.
    pub fn says(&self, part: &str) -> bool {
        let in_one_line =
            |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let all = format!("{}\n{}", self.stdout, self.stderr);
        in_one_line(&all).contains(&in_one_line(part))
    }
}

/// Runs `cargo xtask` with `words`, which has nothing but spaces between words.
pub fn say(root: &Path, words: &str) -> Result<Said> {
    let output = xtask(root)?.args(words.split_whitespace()).output()?;
    Ok(Said::from(output))
}

/// Runs `cargo xtask check … --json`, and returns the checks in their order.
pub fn check(root: &Path, words: &str) -> Result<Vec<Value>> {
    let mut command = xtask(root)?;
    command
        .arg("check")
        .args(words.split_whitespace())
        .arg("--json");
    checks(command)
}

/// Runs a command that grades and prints JSON, and returns the checks in their order.
pub fn checks(mut command: Command) -> Result<Vec<Value>> {
    let said = Said::from(command.output()?);
    let object: Value = serde_json::from_str(&said.stdout).with_context(|| {
        format!(
            "no JSON output, exit code {}:\n{}{}",
            said.code, said.stdout, said.stderr
        )
    })?;
    let checks = object["chapters"][0]["checks"].as_array();
    checks.cloned().context("the JSON object has no checks")
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

fn build() -> Result<PathBuf> {
    let output = cargo(&root())
        .args([
            "build",
            "--quiet",
            "--package=xtask",
            // A small workbook has no tools, so the runner uses those that are beside
            // it.
            "--package=upkeep",
            "--package=maintain",
            "--message-format=json",
        ])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("the runner doesn't build");
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "xtask")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .context("cargo didn't name the program")
}
