//! Stages: they change bytes as they pass.

pub(crate) mod gzip;
pub(crate) mod json;
pub(crate) mod output;
pub(crate) mod records;
pub(crate) mod sha256;
pub(crate) mod stage;
pub(crate) mod transform;
