//! The programs that the project's tools start: its own, Node.js and nginx.

use std::path::Path;

mod executable;
pub mod nginx;
pub mod node;

pub use executable::{Error, Executable};

/// The root of the workbook that this tool was built in.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}
