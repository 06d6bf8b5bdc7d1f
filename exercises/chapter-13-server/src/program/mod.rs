//! The program: its command line, and its wiring.

pub(crate) mod command_line;
pub(crate) mod config;
pub(crate) mod say;
pub(crate) mod wiring;
