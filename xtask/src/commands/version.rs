//! `cargo xtask --version`: the versions that a bug report should mention.

use std::path::Path;
use std::process::{Command, Stdio};

use course::say;

use crate::chapter::workspace::Workspace;
use crate::cli::args::Args;
use crate::cli::error::{Exit, Result};

/// Runs the command.
pub fn run(words: &[String]) -> Result<Exit> {
    Args::parse(words, &[], &[])?.at_most(0)?;
    let workspace = Workspace::find()?;
    say!("Flat Memory {}", env!("CARGO_PKG_VERSION"));
    if let Some(commit) = commit(workspace.root()) {
        say!("{commit}");
    }
    say!(
        "{}",
        compiler().as_deref().unwrap_or("rustc isn't installed")
    );
    Ok(Exit::Passed)
}

/// Returns the workbook's commit and its date, or nothing without git. A repository
/// around the workbook isn't ours, so it doesn't count.
fn commit(root: &Path) -> Option<String> {
    let git = |words: &[&str]| said(Command::new("git").current_dir(root).args(words));
    if !git(&["rev-parse", "--show-prefix"])?.is_empty() {
        return None;
    }
    let commit = git(&["log", "-1", "--format=commit %h of %cs"])?;
    let changed = git(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(match changed.as_str() {
        "" => commit,
        _ => format!("{commit}, with changes"),
    })
}

fn compiler() -> Option<String> {
    let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    said(Command::new(program).arg("--version"))
}

/// Returns the output of a program that succeeds.
fn said(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output();
    let output = output.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
