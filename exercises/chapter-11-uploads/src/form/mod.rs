//! Forms: the files in the body of a request.

pub(crate) mod boundary;
pub(crate) mod disposition;
pub(crate) mod file_name;
pub(crate) mod limits;
pub(crate) mod multipart;
pub(crate) mod too_fine;
