//! The tools that are built when they are first needed: the plot and the book.

use std::process::Command;

use crate::build;
use crate::exit::{Exit, Fault, Result};
use crate::workspace::Workspace;

/// A package of ours that the runner starts.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The package's name.
    pub package: &'static str,
    /// What its first build costs, in words.
    pub first_build: &'static str,
}

/// Plots resident memory over time.
pub const PLOT: Tool = Tool {
    package: "plot",
    first_build: "about a minute on two cores",
};

/// Builds and serves the book.
pub const WORKBOOK: Tool = Tool {
    package: "workbook",
    first_build: "one to two minutes on two cores",
};

/// Runs the tool in this terminal and takes over its exit code.
pub fn run(workspace: &Workspace, tool: Tool, words: &[String]) -> Result<Exit> {
    let marker = build::target(workspace)
        .join("workbook")
        .join(format!("{}.built", tool.package));
    // It runs in the learner's folder: that is where `--out site` means.
    let mut command =
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["run", "--package", tool.package, "--manifest-path"]);
    command.arg(workspace.root().join("Cargo.toml"));
    if marker.is_file() {
        command.arg("--quiet");
    } else {
        let (name, time) = (tool.package, tool.first_build);
        eprintln!(
            "Building the {name} tool (the first build takes {time}, later ones none)."
        );
    }
    let status = command
        .arg("--")
        .args(words)
        .status()
        .map_err(|error| Fault::machine(format!("cannot run cargo: {error}")))?;
    let built = status.code() != Some(101);
    if built && let Some(folder) = marker.parent() {
        // Only a sentence depends on this marker: without it, it is said again.
        let _ =
            std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&marker, ""));
    }
    Ok(match status.code() {
        Some(0) => Exit::Passed,
        Some(1) => Exit::Failed,
        Some(2) => Exit::Usage,
        Some(3) => Exit::Machine,
        // Ctrl-C ends a server that was asked to run until then.
        None => Exit::Passed,
        Some(_) => Exit::Runner,
    })
}
