//! The parts of a queue that are the same in every design.

pub mod lock;
pub(crate) mod marks;
pub(crate) mod record;
pub(crate) mod waits;
pub(crate) mod weight;
