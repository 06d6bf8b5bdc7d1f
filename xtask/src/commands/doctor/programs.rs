//! Other programs that some pages use.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use super::{Finding, State};

pub(super) fn program(name: &'static str, command: &str, fix: &'static str) -> Finding {
    let version = version_of(command);
    Finding {
        name,
        state: if version.is_some() {
            State::Found
        } else {
            State::OptionalMissing
        },
        what: version.unwrap_or_else(|| "not found".to_owned()),
        fix,
    }
}

/// Checks that `book --open` can open a browser.
pub(super) fn browser() -> Finding {
    let opens = cfg!(any(windows, target_os = "macos"))
        || std::env::var_os("BROWSER").is_some()
        || version_of("xdg-open").is_some();
    Finding {
        name: "browser",
        state: if opens {
            State::Found
        } else {
            State::OptionalMissing
        },
        what: if opens {
            "`cargo xtask book --open` can open one"
        } else {
            "no xdg-open"
        }
        .to_owned(),
        fix: "open the address that cargo xtask book prints by hand",
    }
}

/// Returns the beginning of the output of `command --version`.
pub(super) fn version_of(command: impl AsRef<OsStr>) -> Option<String> {
    let output = Command::new(command)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .next()
        .map(|line| line.chars().take(48).collect())
}
