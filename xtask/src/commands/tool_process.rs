//! The tools that are built only when they're needed.

mod speed;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;

use course::complain;

use crate::chapter::workspace::Workspace;
use crate::cli::error::{Error, Exit, Result};
use crate::cli::terminal;
use crate::grading::build;

/// The environment variable that tells a tool which runner has started it.
const RUNNER: &str = "FLAT_MEMORY_RUNNER";

/// A package of the workbook that the runner starts.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The package's name, which is also the name of its folder in `xtask`.
    package: &'static str,
    /// The name that messages use.
    name: &'static str,
    /// Whether it carries out commands of the runner, and is built on the runner's
    /// library.
    is_part_of_the_runner: bool,
    /// How many processor seconds its first build takes on the machine on which
    /// [`speed`] is 1. Measured with `time cargo build -p PACKAGE` and an empty target
    /// folder; for parts of the runner, the folder already contains the runner.
    cost: f64,
}

/// Plots resident memory over time.
pub const PLOT: Tool = Tool {
    package: "plot",
    name: "plot",
    is_part_of_the_runner: false,
    cost: 36.0,
};

/// Measures the finished server and others for comparison.
pub const BENCH: Tool = Tool {
    package: "bench",
    name: "benchmark",
    is_part_of_the_runner: false,
    cost: 40.0,
};

/// Builds and serves the book.
pub const BOOK_BUILDER: Tool = Tool {
    package: "book-builder",
    name: "book",
    is_part_of_the_runner: false,
    cost: 54.0,
};

/// Merges a newer workbook into a learner's edits, and shows the reference solution.
pub const UPKEEP: Tool = Tool {
    package: "upkeep",
    name: "upkeep",
    is_part_of_the_runner: true,
    cost: 1.5,
};

/// The maintainers' tool, for starters, proofs, and new chapters.
pub const MAINTAIN: Tool = Tool {
    package: "maintain",
    name: "maintainers'",
    is_part_of_the_runner: true,
    cost: 1.0,
};

/// Runs the tool in this terminal. If the operating system allows it, the tool replaces
/// this process, so that Ctrl-C reaches only the tool, and the shell waits until the
/// tool has cleaned up.
pub fn run(workspace: &Workspace, tool: Tool, words: &[String]) -> Result<Exit> {
    let mut command = match beside_the_runner(workspace, tool) {
        Some(program) => Command::new(program),
        None => with_cargo(workspace, tool)?,
    };
    command.args(words);
    // The book starts runs with exactly this runner, without asking cargo.
    if let Ok(runner) = std::env::current_exe() {
        command.env(RUNNER, runner);
    }
    terminal::pass_on(&mut command);
    become_tool(&mut command)
        .map_err(|error| Error::environment(format!("can't run cargo: {error}")))
}

/// Finds a tool that was built together with the runner. The small workbooks in the
/// proofs don't contain our packages, but the runner's own commands should work there,
/// too.
fn beside_the_runner(workspace: &Workspace, tool: Tool) -> Option<PathBuf> {
    let package = workspace.root().join("xtask").join(tool.package);
    if !tool.is_part_of_the_runner || package.join("Cargo.toml").is_file() {
        return None;
    }
    let runner = std::env::current_exe().ok()?;
    let program = runner.with_file_name(program_name(tool));
    program.is_file().then_some(program)
}

fn program_name(tool: Tool) -> String {
    format!("{}{}", tool.package, std::env::consts::EXE_SUFFIX)
}

fn with_cargo(workspace: &Workspace, tool: Tool) -> Result<Command> {
    // The tool runs in the learner's folder, which `--out site` refers to.
    let mut command =
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["run", "--package", tool.package, "--manifest-path"]);
    command.arg(workspace.root().join("Cargo.toml"));
    let target = build::target(workspace).join("debug");
    if target.join(program_name(tool)).is_file() {
        command.arg("--quiet");
        // In this mode, cargo is so quiet that it wouldn't say why nothing happens.
        if is_held(&target.join(".cargo-lock")) {
            complain!(
                "Waiting for another build to finish, in your editor or in another terminal."
            );
        }
    } else {
        let time = speed::estimate(workspace, tool.cost);
        complain!(
            "Building the {} tool, which is needed for the first time: {time} on this \
             machine. From then on it starts at once.",
            tool.name
        );
    }
    command.arg("--");
    Ok(command)
}

/// Returns whether somebody holds the lock of a build. If the lock file doesn't exist,
/// nobody does.
fn is_held(lock: &Path) -> bool {
    let shared = File::open(lock).map(|lock| lock.try_lock_shared());
    matches!(shared, Ok(Err(TryLockError::WouldBlock)))
}

/// Replaces this process by cargo. Returns only if cargo can't be started.
#[cfg(unix)]
fn become_tool(command: &mut Command) -> std::io::Result<Exit> {
    Err(std::os::unix::process::CommandExt::exec(command))
}

/// Waits for the tool, and exits with its exit code.
#[cfg(not(unix))]
fn become_tool(command: &mut Command) -> std::io::Result<Exit> {
    Ok(match command.status()?.code() {
        Some(0) | None => Exit::Passed,
        Some(1) => Exit::Failed,
        Some(2) => Exit::Usage,
        Some(3) => Exit::Environment,
        Some(_) => Exit::Internal,
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

    #[test]
    fn every_tool_is_a_package_of_ours() {
        let workspace = Workspace::find().unwrap();
        for tool in [PLOT, BENCH, BOOK_BUILDER, UPKEEP, MAINTAIN] {
            let folder = workspace.root().join("xtask").join(tool.package);
            assert!(folder.join("Cargo.toml").is_file(), "{}", tool.package);
        }
    }
}
