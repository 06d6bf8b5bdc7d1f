//! Bodies: how the bytes of a file leave.

pub(crate) mod coded;
pub(crate) mod direct;
pub(crate) mod multipart_ranges;
