//! What the runner, the lab and the tools read and print alike. Each of these is
//! defined here, and nowhere else:
//!
//! - [`chapter`]: the list of chapters, and how people name one;
//! - [`checks_file`]: `checks.toml`, with titles, reasons and hints;
//! - [`anchors`] and [`starter`]: the markers in a solution, and what is cut there;
//! - [`report`]: what a check tells the runner while it runs;
//! - [`status`]: the kinds of verdict;
//! - [`hash`]: numbers that tell whether a file has changed;
//! - [`size`]: sizes, rates and durations as they are typed;
//! - [`screen`], [`wrap`], [`plain`], [`near`]: words on a terminal.
//!
//! It stands between cloning and the first verdict, and the checks link it, so it
//! stays small: the standard library and a reader of TOML.

pub mod anchors;
pub mod chapter;
pub mod checks_file;
pub mod error;
pub mod hash;
pub mod near;
pub mod plain;
pub mod report;
pub mod screen;
pub mod size;
pub mod starter;
pub mod status;
pub mod wrap;

pub use error::{Error, Result};

/// Prints text for people on standard output: wrapped between words, in the letters
/// that the terminal has. Takes what `println!` takes.
#[macro_export]
macro_rules! say {
    () => { $crate::screen::say("") };
    ($($part:tt)*) => { $crate::screen::say(&format!($($part)*)) };
}

/// The same on standard error.
#[macro_export]
macro_rules! complain {
    ($($part:tt)*) => { $crate::screen::complain(&format!($($part)*)) };
}
