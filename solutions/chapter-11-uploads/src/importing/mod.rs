//! Imports: this server is a client, too.

pub(crate) mod import;
pub(crate) mod url;
