//! The tools that build the workbook: Rust, a linker, a C compiler, and the crates.

use std::ffi::OsString;
use std::fs;
use std::process::{Command, Stdio};

use super::programs::version_of;
use super::{Finding, State};
use crate::chapter::workspace::Workspace;
use crate::grading::build;

/// The oldest compiler that the workspace builds with.
const RUST: (u32, u32) = (1, 95);

/// The compiler that cargo calls.
fn rustc() -> OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

pub(super) fn rust() -> Finding {
    let fix = "install the newest stable Rust: rustup update stable";
    let version = version_of(rustc()).unwrap_or_default();
    let mut numbers = version
        .split_whitespace()
        .nth(1)
        .unwrap_or_default()
        .split(['.', '-'])
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    Finding {
        name: "Rust",
        state: if found >= RUST {
            State::Found
        } else {
            State::RequiredMissing
        },
        what: if version.is_empty() {
            "no rustc".to_owned()
        } else {
            version
        },
        fix,
    }
}

/// Checks that the compiler and the linker can build a program.
pub(super) fn linker(workspace: &Workspace) -> Finding {
    let folder = build::target(workspace).join("workbook").join("doctor");
    let source = folder.join("empty.rs");
    let written =
        fs::create_dir_all(&folder).and_then(|()| fs::write(&source, "fn main() {}\n"));
    let linked = written.map_err(|error| error.to_string()).and_then(|()| {
        let output = Command::new(rustc())
            .args(["--edition=2021", "--out-dir"])
            .arg(&folder)
            .arg(&source)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| error.to_string())?;
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    });
    // If the folder stays, that does no harm.
    let _ = fs::remove_dir_all(&folder);
    let fault = linked.as_ref().err().map(|words| {
        let trouble = build::trouble(words);
        trouble.unwrap_or_else(|| words.lines().next().unwrap_or_default().to_owned())
    });
    Finding {
        name: "linker",
        state: match fault {
            None => State::Found,
            Some(_) => State::RequiredMissing,
        },
        what: fault.unwrap_or_else(|| "an empty program is built".to_owned()),
        fix: "Debian, Ubuntu: sudo apt install build-essential · macOS: xcode-select \
              --install · Windows: the Visual Studio Build Tools",
    }
}

/// Checks for a C compiler, because SQLite and the cryptography of TLS are written in
/// C. Visual Studio's compiler can't be found by its name, so on Windows there's no
/// finding.
pub(super) fn c_compiler() -> Option<Finding> {
    if cfg!(windows) {
        return None;
    }
    let version = version_of("cc");
    Some(Finding {
        name: "C compiler",
        state: match version {
            Some(_) => State::Found,
            None => State::OptionalMissing,
        },
        what: version.unwrap_or_else(|| "no cc".to_owned()),
        fix: "chapters 12 to 14 need one: install gcc or clang",
    })
}

/// Checks that everything can be built without a network.
pub(super) fn crates(workspace: &Workspace) -> Finding {
    let mut command = build::cargo(workspace);
    command.args(["fetch", "--locked", "--offline", "--quiet"]);
    // Without a target, cargo would want the crates of every operating system.
    if let Some(host) = host() {
        command.args(["--target", &host]);
    }
    let fetched = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    Finding {
        name: "crates",
        state: if fetched {
            State::Found
        } else {
            State::OptionalMissing
        },
        what: if fetched {
            "downloaded: works offline"
        } else {
            "not all downloaded"
        }
        .to_owned(),
        fix: "while you have a network: cargo fetch --locked",
    }
}

/// Returns the target that the compiler builds for by default.
fn host() -> Option<String> {
    let output = Command::new(rustc())
        .arg("-vV")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
}
