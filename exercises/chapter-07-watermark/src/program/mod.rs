//! The program: it reads flags and prints.

pub(crate) mod command;
pub(crate) mod strip;
