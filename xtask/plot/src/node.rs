//! The servers in Node.js: the programs of the book, as they are.

use std::path::Path;

use lab::server;

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
            // The third one continues to write, whatever `write` returns.
            is_reference: true,
            is_naive: name != "streamed",
            next: format!("node book/node/{name}.mjs --file Cargo.lock"),
        }
    };
    SCRIPTS.map(program).to_vec()
}
