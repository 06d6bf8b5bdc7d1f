//! The tools that are built when they are first needed: plot, benchmark and book.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::process::Command;

use words::complain;

use crate::build;
use crate::exit::{Exit, Fault, Result};
use crate::workspace::Workspace;

/// Where a tool finds the runner that started it.
const RUNNER: &str = "FLAT_MEMORY_RUNNER";

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

/// Measures the finished server beside others.
pub const BENCH: Tool = Tool {
    package: "bench",
    first_build: "a minute, and servers with optimisations take some more",
};

/// Builds and serves the book.
pub const WORKBOOK: Tool = Tool {
    package: "workbook",
    first_build: "one to two minutes on two cores",
};

/// Runs the tool in this terminal, in the place of this process where the
/// system can do that: then a Ctrl-C is the tool's alone, and the shell waits
/// until the tool has tidied up.
pub fn run(workspace: &Workspace, tool: Tool, words: &[String]) -> Result<Exit> {
    let program = format!("{}{}", tool.package, std::env::consts::EXE_SUFFIX);
    let built = build::target(workspace).join("debug").join(program);
    // It runs in the learner's folder: that is where `--out site` means.
    let mut command =
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["run", "--package", tool.package, "--manifest-path"]);
    command.arg(workspace.root().join("Cargo.toml"));
    if built.is_file() {
        command.arg("--quiet");
        // So quiet is cargo that it wouldn't say why nothing happens.
        let lock = build::target(workspace).join("debug").join(".cargo-lock");
        if is_held(&lock) {
            complain!(
                "Waiting for another build to end, of an editor or in another terminal."
            );
        }
    } else {
        let (name, time) = (tool.package, tool.first_build);
        complain!(
            "Building the {name} tool (the first build takes {time}, later ones none)."
        );
    }
    command.arg("--").args(words);
    // The book starts runs: with this very runner, without asking cargo.
    if let Ok(runner) = std::env::current_exe() {
        command.env(RUNNER, runner);
    }
    become_tool(&mut command)
        .map_err(|error| Fault::machine(format!("cannot run cargo: {error}")))
}

/// Whether somebody holds the lock of a build; a lock that isn't there is nobody's.
fn is_held(lock: &Path) -> bool {
    let shared = File::open(lock).map(|lock| lock.try_lock_shared());
    matches!(shared, Ok(Err(TryLockError::WouldBlock)))
}

/// Comes back only if cargo cannot be started.
#[cfg(unix)]
fn become_tool(command: &mut Command) -> std::io::Result<Exit> {
    Err(std::os::unix::process::CommandExt::exec(command))
}

/// Waits for the tool and takes over its exit code.
#[cfg(not(unix))]
fn become_tool(command: &mut Command) -> std::io::Result<Exit> {
    Ok(match command.status()?.code() {
        Some(0) | None => Exit::Passed,
        Some(1) => Exit::Failed,
        Some(2) => Exit::Usage,
        Some(3) => Exit::Machine,
        Some(_) => Exit::Runner,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_lock_that_somebody_holds_is_waited_for() {
        let path = std::env::temp_dir().join(format!("tool-{}", std::process::id()));
        assert!(!is_held(&path));
        let lock = File::create(&path).unwrap();
        assert!(!is_held(&path));
        lock.lock().unwrap();
        assert!(is_held(&path));
        std::fs::remove_file(&path).unwrap();
    }
}
