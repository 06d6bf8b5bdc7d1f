//! Decides which response a client gets: conditions, ranges, and the
//! decision.

pub(crate) mod conditions;
pub(crate) mod date;
pub(crate) mod decide;
pub(crate) mod decision;
pub(crate) mod range;
pub(crate) mod validators;
