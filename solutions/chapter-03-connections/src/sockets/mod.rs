//! Where connections come from, and what they run over.

pub(crate) mod dial;
pub(crate) mod listener;
pub(crate) mod transport;
