//! The types that a message consists of.

pub(crate) mod message;
pub(crate) mod name;
