//! Inputs for the code that is checked: payloads and how they are split, faults, files,
//! and tables that others share.

pub mod fault;
pub mod folder;
pub mod payload;
pub mod prediction;
pub mod random;
pub mod recut;
pub mod split;
pub mod trace;
