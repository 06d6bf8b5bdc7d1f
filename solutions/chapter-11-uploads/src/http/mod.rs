//! HTTP: requests, and responses that their clients can read.

pub(crate) mod answer;
pub(crate) mod linger;
pub(crate) mod router;
