//! Listening: sockets, TLS, and how much the kernel may buffer.

pub(crate) mod descriptors;
pub(crate) mod linger;
pub(crate) mod socket;
pub(crate) mod tls;
pub(crate) mod write_progress;
