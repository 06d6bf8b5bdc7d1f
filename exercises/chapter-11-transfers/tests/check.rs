//! The checks of chapter 11. Titles, reasons and hints are in
//! `checks.toml`; run them with `cargo xtask check chapter-11`.

use std::time::Duration;

// Uploads and imports.
#[path = "check/boundaries.rs"]
mod boundaries;

// Exports.

/// Ends a wait for something that does not come; nothing depends
/// on it.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn parts_do_not_depend_on_the_cuts() {
    lab::check(boundaries::any_cut);
}
