//! Bodies: how the bytes of a file are sent.

pub(crate) mod buffer_pool;
pub(crate) mod direct;
pub(crate) mod gzip_body;
pub(crate) mod multipart_ranges;
pub(crate) mod read_nowait;
