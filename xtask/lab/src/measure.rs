//! What is counted: bytes, calls, drops, and processes from outside.

pub mod curve;
pub mod drops;
pub mod memory;
pub mod process;
pub mod size;
pub mod work;
