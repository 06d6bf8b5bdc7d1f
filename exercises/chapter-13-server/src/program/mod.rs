//! The program: its command line, and how it puts the parts together.

pub(crate) mod command_line;
pub(crate) mod config;
pub(crate) mod say;
pub(crate) mod wiring;
