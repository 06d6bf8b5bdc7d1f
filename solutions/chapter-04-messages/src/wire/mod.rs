//! The parts of a message, except those that you write.

pub(crate) mod fields;
pub(crate) mod framing;
pub(crate) mod line;
pub(crate) mod parameter;
pub(crate) mod path;
pub(crate) mod reply;
pub(crate) mod request;
