//! Listening: sockets, TLS, and what the kernel may hold.

pub(crate) mod descriptors;
pub(crate) mod linger;
pub(crate) mod socket;
pub(crate) mod tls;
pub(crate) mod write_progress;
