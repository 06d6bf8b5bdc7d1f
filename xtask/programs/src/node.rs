//! Node.js, where it is installed.

use std::process::Command;

/// Its version, `v24.21.0`; otherwise why it does not run.
pub fn version() -> Result<String, String> {
    let output = Command::new("node").arg("--version").output();
    let output = output.map_err(|error| error.to_string())?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && version.starts_with('v') {
        Ok(version)
    } else {
        Err(format!("`node --version` says `{version}`"))
    }
}
