//! The program: its command line, and its wiring.

pub(crate) mod config;
pub(crate) mod flags;
pub(crate) mod say;
pub(crate) mod wiring;
