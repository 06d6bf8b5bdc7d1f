//! What the runner and its tools read and print alike: names of chapters, sizes and
//! rates, and lines that fit the terminal.
//!
//! The runner stands between cloning and the first verdict, so this crate is small
//! and builds in no time.

pub mod chapter;
pub mod near;
pub mod plain;
pub mod screen;
pub mod size;
pub mod wrap;

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
