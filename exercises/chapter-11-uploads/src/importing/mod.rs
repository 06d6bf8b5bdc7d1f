//! Imports: this server acts as a client.

pub(crate) mod import;
pub(crate) mod url;
