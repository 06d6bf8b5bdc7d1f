//! What the runner, the lab, and the tools have in common. Each of these is defined
//! here and nowhere else:
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
//! A learner has to build this package before the first verdict, and the checks are
//! linked with it, so it stays small: it uses only the standard library and a TOML
//! parser.

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

/// Prints text for people on standard output. Lines are wrapped between words, and
/// characters that the terminal can't show are replaced. Takes the same arguments as
/// `println!`.
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
