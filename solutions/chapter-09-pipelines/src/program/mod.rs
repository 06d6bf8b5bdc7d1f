//! The program: sends a file through a pipeline.

pub(crate) mod bar;
pub(crate) mod command;
pub(crate) mod disk;
pub(crate) mod printed;
