//! Counters: for bytes, calls, and drops, and for processes seen from outside.

pub mod curve;
pub mod drops;
pub mod memory;
pub mod process;
pub mod size;
pub mod work;
