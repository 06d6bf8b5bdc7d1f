//! Opens an address in the reader's browser.

use std::io;
use std::process::{Child, Command, Stdio};

/// Starts the program with which this operating system opens addresses.
///
/// # Errors
///
/// Returns an error if there's no such program, as on a machine without a desktop.
pub fn open(address: &str) -> io::Result<Child> {
    let mut command = opener(address);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

#[cfg(target_os = "macos")]
fn opener(address: &str) -> Command {
    let mut command = Command::new("open");
    command.arg(address);
    command
}

#[cfg(windows)]
fn opener(address: &str) -> Command {
    let mut command = Command::new("cmd");
    // `start` takes its first quoted argument for the title of a window.
    command.args(["/C", "start", "", address]);
    command
}

#[cfg(not(any(target_os = "macos", windows)))]
fn opener(address: &str) -> Command {
    let mut command = Command::new("xdg-open");
    command.arg(address);
    command
}
