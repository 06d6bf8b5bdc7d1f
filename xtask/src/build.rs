//! Building a chapter's check program with cargo.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use tinyjson::JsonValue;

use crate::chapter::{Chapter, Tree};
use crate::exit::{Fault, Result};
use crate::workspace::Workspace;

/// What came of a build.
#[derive(Debug)]
pub enum Build {
    /// The program that holds the checks.
    Ready(PathBuf),
    /// Cargo has already said why, in its own words.
    DoesNotCompile,
}

/// Builds the check program of a chapter; cargo's messages go to standard error.
pub fn check_program(
    workspace: &Workspace,
    chapter: &Chapter,
    tree: Tree,
) -> Result<Build> {
    for crate_folder in crate_folders(workspace, chapter, tree)? {
        freshen(&crate_folder.join("src"))?;
    }
    let package = chapter.package(tree);
    let marker = target(workspace)
        .join("workbook")
        .join(format!("{package}.built"));
    let mut command = cargo(workspace);
    command.args(["test", "--package", &package, "--test", "check", "--no-run"]);
    command.arg("--message-format=json-render-diagnostics");
    if marker.is_file() {
        command.arg("--quiet");
    } else {
        eprintln!(
            "{}",
            first_build(chapter, &crate_folders(workspace, chapter, tree)?)
        );
    }
    let built = artifact(&mut command)?;
    if matches!(built, Build::Ready(_)) {
        let noted = fs::create_dir_all(target(workspace).join("workbook"))
            .and_then(|()| fs::write(&marker, ""));
        noted.map_err(|error| Fault::file("write", &marker, &error))?;
    }
    Ok(built)
}

/// Cargo, started in the workbook's root.
pub fn cargo(workspace: &Workspace) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(workspace.root()).stdin(Stdio::null());
    command
}

/// The folder that cargo builds into.
pub fn target(workspace: &Workspace) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => workspace.root().join(folder),
        None => workspace.root().join("target"),
    }
}

/// The crate's folder and those of the chapters it is built on.
fn crate_folders(
    workspace: &Workspace,
    chapter: &Chapter,
    tree: Tree,
) -> Result<Vec<PathBuf>> {
    let mut folders = vec![chapter.path(workspace.root(), tree)];
    for earlier in chapter.built_on(workspace)? {
        folders.push(earlier.path(workspace.root(), tree));
    }
    Ok(folders)
}

/// Cargo knows an edit by its time stamp alone. A file moved back from a copy
/// keeps its old stamp, and cargo would run the program built from the newer
/// text. The system's own change time tells: such a file gets a new stamp.
fn freshen(folder: &Path) -> Result<()> {
    let entries =
        fs::read_dir(folder).map_err(|error| Fault::file("read", folder, &error))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            freshen(&path)?;
        } else if is_backdated(&path).unwrap_or(false) {
            // A file that is gone or not ours to change is judged as it is.
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
    // The two differ by less than a clock tick when a file is simply written.
    Ok(changed - written > 20_000_000)
}

/// Windows keeps no change time that the standard library tells.
#[cfg(not(unix))]
fn is_backdated(_path: &Path) -> std::io::Result<bool> {
    Ok(false)
}

fn first_build(chapter: &Chapter, folders: &[PathBuf]) -> String {
    let network = folders.iter().any(|folder| {
        fs::read_to_string(folder.join("Cargo.toml"))
            .is_ok_and(|text| text.contains("tokio"))
    });
    let time = if network {
        "the first build takes about 30 s on two cores, later ones a second or two"
    } else {
        "the first build takes a few seconds"
    };
    format!("Building {} ({time}).", chapter.name())
}

fn artifact(command: &mut Command) -> Result<Build> {
    let lost = |error: std::io::Error| {
        Fault::machine(format!("cannot run cargo: {error}"))
            .next("install Rust from https://rustup.rs, then try again")
    };
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(lost)?;
    let messages = child.stdout.take().expect("standard output is piped above");
    let (mut program, mut compiled) = (None, false);
    for line in BufReader::new(messages).lines() {
        let line = line.map_err(lost)?;
        // Without this line cargo did not come as far as the compiler.
        compiled |= line.contains("\"build-finished\"");
        // Messages are long and many: only one kind is worth parsing.
        if line.contains("\"compiler-artifact\"")
            && !line.contains("\"executable\":null")
        {
            program = executable(&line).or(program);
        }
    }
    let status = child.wait().map_err(lost)?;
    match program {
        Some(program) if status.success() => Ok(Build::Ready(program)),
        _ if status.success() => {
            Err(Fault::runner("cargo built the checks but named no program"))
        }
        _ if compiled => Ok(Build::DoesNotCompile),
        _ => Err(
            Fault::machine("cargo cannot build here; its own words are above")
                .next("cargo xtask doctor"),
        ),
    }
}

/// The check program, if this message tells of it. A crate's own program is an
/// artifact with an executable as well.
fn executable(line: &str) -> Option<PathBuf> {
    let message: JsonValue = line.parse().ok()?;
    let message: &HashMap<String, JsonValue> = message.get()?;
    let target: &HashMap<String, JsonValue> = message.get("target")?.get()?;
    let kinds: &Vec<JsonValue> = target.get("kind")?.get()?;
    let is_test =
        |kind: &JsonValue| kind.get::<String>().is_some_and(|kind| kind == "test");
    if !kinds.iter().any(is_test) {
        return None;
    }
    message
        .get("executable")?
        .get::<String>()
        .map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_program_is_told_from_the_crates_own() {
        let message = |kind: &str, name: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","target":{{"kind":["{kind}"],"test":true}},
                "profile":{{"test":{}}},"executable":"/target/debug/{name}"}}"#,
                kind == "test"
            )
        };
        assert_eq!(executable(&message("bin", "chapter-1")), None);
        let check = executable(&message("test", "check-0f"));
        assert_eq!(check, Some(PathBuf::from("/target/debug/check-0f")));
    }
}
