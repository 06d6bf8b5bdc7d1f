//! Opens an address in the reader's browser.

use std::io;
use std::process::{Child, Command, Stdio};

/// Starts the program that this system opens addresses with.
///
/// # Errors
///
/// The program is missing, as on a machine without a desktop.
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
    // `start` takes its first quoted argument as a window's title.
    command.args(["/C", "start", "", address]);
    command
}

#[cfg(not(any(target_os = "macos", windows)))]
fn opener(address: &str) -> Command {
    let mut command = Command::new("xdg-open");
    command.arg(address);
    command
}
