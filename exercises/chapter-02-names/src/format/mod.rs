//! What a message holds, as types.

pub(crate) mod message;
pub(crate) mod name;
