//! The process of the runner that grades and plots. The runner is the one that started
//! the book.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// The environment variable in which the runner passes its own path.
const VARIABLE: &str = "FLAT_MEMORY_RUNNER";

/// The runner's hidden command that kills a run and everything in it as soon as its
/// standard input closes.
const UNTIL_PARENT_EXITS: &str = "__until-parent-exits";

/// How the runner is started in a workspace.
#[derive(Clone, Debug)]
pub struct Runner {
    root: PathBuf,
    program: Option<PathBuf>,
}

impl Runner {
    /// Uses the runner that started this program, for the workspace `root`. Without
    /// one, as after a plain `cargo run`, cargo finds it.
    pub fn of(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            program: env::var_os(VARIABLE).map(PathBuf::from),
        }
    }

    /// Uses another program instead.
    pub fn at(root: &Path, program: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            program: Some(program.to_path_buf()),
        }
    }

    /// Returns a command for a run that stops when its standard input closes. Ctrl-C in
    /// the terminal doesn't reach the run, so the server has to stop it.
    pub fn until_parent_exits(&self, words: &[&str]) -> Command {
        let mut command = self.call();
        command
            .arg(UNTIL_PARENT_EXITS)
            .args(words)
            .stdin(Stdio::piped());
        in_new_group(&mut command);
        command
    }

    /// Returns a command that prints the learner's progress as JSON on standard output.
    pub fn map(&self) -> Command {
        let mut command = self.call();
        command.arg("--json").stdin(Stdio::null());
        command
    }

    fn call(&self) -> Command {
        // `cargo clean` may have removed the runner while the book is open.
        let program = self.program.as_deref().filter(|program| program.is_file());
        let mut command = match program {
            Some(program) => Command::new(program),
            None => {
                let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
                let mut command = Command::new(cargo);
                command.args(["run", "--quiet", "--package", "xtask", "--"]);
                command
            }
        };
        command
            .current_dir(&self.root)
            .env("NO_COLOR", "1")
            .env("CARGO_TERM_COLOR", "never")
            .env("CARGO_TERM_PROGRESS_WHEN", "never")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }
}

#[cfg(unix)]
fn in_new_group(command: &mut Command) {
    // Killing the run at once would leave its child processes, so it's asked to exit
    // first.
    command.process_group(0).kill_on_drop(false);
}

#[cfg(windows)]
fn in_new_group(command: &mut Command) {
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
    command
        .creation_flags(CREATE_NEW_PROCESS_GROUP)
        .kill_on_drop(false);
}
