//! The servers in Node.js: the programs of the book, as they are.

use std::path::Path;
use std::process::Command;

use lab::server;

use crate::fault::Fault;
use crate::program::Program;

/// The scripts in `book/node`, and what each does with the file.
const SCRIPTS: [(&str, &str); 3] = [
    ("naive", "readFile"),
    ("streamed", "pipeline"),
    ("ignored", "write, ignored"),
];

/// The three servers, in the order of the picture.
pub(crate) fn programs(root: &Path) -> Vec<Program> {
    let program = |(name, what): (&str, &str)| {
        let script = root.join("book").join("node").join(format!("{name}.mjs"));
        Program {
            server: format!("node-{name}"),
            label: format!("{what} (Node.js, {name}.mjs)"),
            program: server::Program::new("node").arg(script),
            next: format!("node book/node/{name}.mjs --file Cargo.lock"),
        }
    };
    SCRIPTS.map(program).to_vec()
}

/// The version that is installed, `v20.20.2`.
pub(crate) fn version() -> Result<String, Fault> {
    let output = Command::new("node").arg("--version").output();
    let output = output.map_err(|error| Fault::Node(error.to_string()))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match output.status.success() && version.starts_with('v') {
        true => Ok(version),
        false => Err(Fault::Node(format!("`node --version` says `{version}`"))),
    }
}
