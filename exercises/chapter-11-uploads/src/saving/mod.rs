//! Saving: a stream becomes a file with a name.

pub(crate) mod byte_limit;
pub(crate) mod draft;
pub(crate) mod folder;
pub(crate) mod gunzip;
pub(crate) mod identity;
pub(crate) mod save;
pub(crate) mod staging;
