//! Reads and writes the messages on a connection, one after the other.

pub(crate) mod body;
pub(crate) mod client;
pub(crate) mod reader;
pub(crate) mod site;
