//! HTTP: from a request to its response.

pub(crate) mod handler;
pub(crate) mod host;
pub(crate) mod request;
pub(crate) mod router;
