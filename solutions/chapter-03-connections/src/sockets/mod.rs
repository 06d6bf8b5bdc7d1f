//! Sockets: where connections come from, and the types they run over.

pub(crate) mod dial;
pub(crate) mod listener;
pub(crate) mod transport;
