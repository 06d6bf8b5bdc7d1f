//! Asking a server until an answer comes, and remembering it.

pub(crate) mod cache;
pub(crate) mod exchange;
pub(crate) mod random;
pub(crate) mod resolver;
pub(crate) mod transport;
