//! The runner that grades and plots: the one that started the book.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// Where the runner puts its own path.
const VARIABLE: &str = "FLAT_MEMORY_RUNNER";

/// The runner's hidden command that ends a run with everything in it as soon as its
/// standard input closes.
const UNTIL_PARENT_EXITS: &str = "__until-parent-exits";

/// How the runner is started in a workspace.
#[derive(Clone, Debug)]
pub struct Runner {
    root: PathBuf,
    program: Option<PathBuf>,
}

impl Runner {
    /// The runner that started this program, for the workspace `root`. Without one,
    /// as under a plain `cargo run`, cargo finds it.
    pub fn of(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            program: env::var_os(VARIABLE).map(PathBuf::from),
        }
    }

    /// Another program in its place.
    pub fn at(root: &Path, program: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            program: Some(program.to_path_buf()),
        }
    }

    /// A run that ends when its standard input closes. Ctrl-C in the terminal does
    /// not reach it: the server ends it.
    pub fn until_parent_exits(&self, words: &[&str]) -> Command {
        let mut command = self.call();
        command
            .arg(UNTIL_PARENT_EXITS)
            .args(words)
            .stdin(Stdio::piped());
        in_new_group(&mut command);
        command
    }

    /// Where the learner stands, as JSON on standard output.
    pub fn map(&self) -> Command {
        let mut command = self.call();
        command.arg("--json").stdin(Stdio::null());
        command
    }

    fn call(&self) -> Command {
        // `cargo clean` removes the runner under a book that is open.
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
    // Whoever kills the run at once would leave its children: it is asked to end.
    command.process_group(0).kill_on_drop(false);
}

#[cfg(windows)]
fn in_new_group(command: &mut Command) {
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
    command
        .creation_flags(CREATE_NEW_PROCESS_GROUP)
        .kill_on_drop(false);
}
