//! The parts of a queue that don't depend on its design.

pub mod lock;
pub(crate) mod marks;
pub(crate) mod record;
pub(crate) mod waits;
pub(crate) mod weight;
