//! Stopping: signals, readiness, and the drain.

pub(crate) mod readiness;
pub(crate) mod runtime;
pub(crate) mod shutdown;
pub(crate) mod signals;
