//! Files: each is opened once, inside one folder, and described.

pub(crate) mod disposition;
pub(crate) mod folder;
pub(crate) mod media_type;
pub(crate) mod negotiation;
pub(crate) mod storage;
