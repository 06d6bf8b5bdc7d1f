//! Building a chapter's check program with cargo.

mod blame;
mod cargo;
mod trouble;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use course::complain;

use crate::chapter::workspace::Workspace;
use crate::chapter::{Chapter, Tree};
use crate::cli::error::{Error, Result};
use crate::grading::build::blame::Blame;

/// The result of a build.
#[derive(Debug)]
pub enum Build {
    /// The program that holds the checks.
    Ready(PathBuf),
    /// The learner's files don't compile, and the compiler has printed its errors.
    /// Anything else that stops a build is an [`Error`].
    DoesNotCompile,
}

/// Builds the check program of a chapter; cargo's messages go to standard error.
pub fn check_program(
    workspace: &Workspace,
    chapter: &Chapter,
    tree: Tree,
) -> Result<Build> {
    for crate_folder in crate_folders(workspace, chapter, tree)? {
        touch_backdated_files(&crate_folder.join("src"))?;
    }
    let package = chapter.package(tree);
    let marker = target(workspace)
        .join("workbook")
        .join(format!("{package}.built"));
    let mut command = cargo(workspace);
    command.args(["test", "--package", &package, "--test", "check", "--no-run"]);
    let again = marker.is_file();
    if !again {
        complain!(
            "{}",
            first_build(chapter, &crate_folders(workspace, chapter, tree)?)
        );
    }
    let said = cargo::run(&mut command, again)?;
    if let Some(program) = said.program {
        let noted = fs::create_dir_all(target(workspace).join("workbook"))
            .and_then(|()| fs::write(&marker, ""));
        noted.map_err(|error| Error::file("write", &marker, &error))?;
        return Ok(Build::Ready(program));
    }
    match blame::of(&said, workspace, chapter, tree)? {
        Blame::Graded => Ok(Build::DoesNotCompile),
        Blame::Other(fault) => Err(fault),
    }
}

/// Returns the command that runs cargo in the workbook's root.
pub fn cargo(workspace: &Workspace) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(workspace.root()).stdin(Stdio::null());
    command
}

/// Returns what the output of a compiler or a linker says about a problem with the
/// machine.
pub fn trouble(words: &str) -> Option<String> {
    trouble::told_by(words).map(|fault| fault.what().to_owned())
}

/// The folder that cargo builds into.
pub fn target(workspace: &Workspace) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => workspace.root().join(folder),
        None => workspace.root().join("target"),
    }
}

/// Returns the folders of the crate and of the chapters that it's built on.
fn crate_folders(
    workspace: &Workspace,
    chapter: &Chapter,
    tree: Tree,
) -> Result<Vec<PathBuf>> {
    let mut folders = vec![chapter.path(workspace.root(), tree)];
    for earlier in workspace.built_on(chapter)? {
        folders.push(earlier.path(workspace.root(), tree));
    }
    Ok(folders)
}

/// Gives files a new time stamp if they were restored from a copy. Such a file keeps
/// its old stamp, by which cargo recognizes edits, so cargo would run the program built
/// from the newer text. The file's change time, which the operating system maintains,
/// reveals it.
fn touch_backdated_files(folder: &Path) -> Result<()> {
    let entries =
        fs::read_dir(folder).map_err(|error| Error::file("read", folder, &error))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            touch_backdated_files(&path)?;
        } else if is_backdated(&path).unwrap_or(false) {
            // A file that is gone, or that we can't change, is graded as it is.
            let _ = File::options()
                .append(true)
                .open(&path)
                .and_then(|file| file.set_modified(SystemTime::now()));
        }
    }
    Ok(())
}

#[cfg(unix)]
fn is_backdated(path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let facts = fs::metadata(path)?;
    let nanoseconds = |seconds: i64, rest: i64| {
        i128::from(seconds) * 1_000_000_000 + i128::from(rest)
    };
    let written = nanoseconds(facts.mtime(), facts.mtime_nsec());
    let changed = nanoseconds(facts.ctime(), facts.ctime_nsec());
    // When a file is simply written, the two times differ by less than a clock tick.
    Ok(changed - written > 20_000_000)
}

/// On Windows, the standard library doesn't provide a change time.
#[cfg(not(unix))]
fn is_backdated(_path: &Path) -> std::io::Result<bool> {
    Ok(false)
}

fn first_build(chapter: &Chapter, folders: &[PathBuf]) -> String {
    let network = folders.iter().any(|folder| {
        fs::read_to_string(folder.join("Cargo.toml"))
            .is_ok_and(|text| text.contains("tokio"))
    });
    // Measured on two idle cores.
    let time = if network {
        "about 30 s on two idle cores. A build after an edit takes a second or two"
    } else {
        "a few seconds"
    };
    format!(
        "Building {} for the first time, which takes {time}.",
        chapter.name()
    )
}
