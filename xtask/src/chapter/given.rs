//! Files of the workbook that nobody needs to change, and how to restore them.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::chapter::{Chapter, Tree};
use crate::cli::error::Error;

/// Returns the runner's error for a file that `course` can't read.
pub fn error(root: &Path, error: course::Error) -> Error {
    match error {
        course::Error::Read { path, error } => Error::file("read", &path, &error),
        course::Error::Broken { path, line, what } => match line {
            Some(line) => broken(root, &path, &format!(":{line}: {what}")),
            None => broken(root, &path, &what),
        },
    }
}

/// Returns the error for a file that is missing or was changed. `what` is "is missing",
/// for example, or ":3: no comma" with a line number.
pub fn broken(root: &Path, file: &Path, what: &str) -> Error {
    let file = file.strip_prefix(root).unwrap_or(file);
    // Commands are typed with slashes on every operating system.
    let name = file.display().to_string().replace('\\', "/");
    let fault = Error::internal(match what.strip_prefix(':') {
        // `what` begins with a line number, as in `checks.toml:10: …`.
        Some(_) => format!("{name}{what}"),
        None => format!("{name} {what}"),
    });
    if git(root, &["ls-files", "--error-unmatch", "--", &name]).is_some() {
        return fault.next(if file.exists() || root.join(file).exists() {
            format!(
                "git diff {name} shows what has changed; git restore {name} undoes it"
            )
        } else {
            format!("git restore {name}")
        });
    }
    match chapter_with_source(file) {
        Some(chapter) => fault.next(format!(
            "cargo xtask reset {chapter} brings it back, and keeps your work as a copy"
        )),
        None => fault.next("take that file from a fresh copy of the workbook"),
    }
}

/// Returns whether git tracks the file and its contents differ from the committed
/// version. Returns `None` if git can't tell.
pub fn is_changed(root: &Path, file: &Path) -> Option<bool> {
    let file = file.display().to_string();
    let said = git(root, &["status", "--porcelain", "--", &file])?;
    Some(!said.is_empty())
}

/// Returns the chapter of a file in `exercises/chapter-…/src/`, which `reset` can
/// restore.
pub fn chapter_with_source(file: &Path) -> Option<String> {
    let mut parts = file.components().map(|part| part.as_os_str());
    let is_exercise = parts.next()? == Tree::Exercises.folder();
    let folder = parts.next()?.to_str()?;
    let is_source = parts.next()? == "src";
    let chapter = Chapter::from_folder(folder)?;
    (is_exercise && is_source).then(|| chapter.name())
}

/// Returns git's output, if git is installed and succeeds.
fn git(root: &Path, words: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new("git")
        .args(words)
        .current_dir(root)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then_some(output.stdout)
}
