//! The program: a server of the small site, and a client.

pub(crate) mod command;
pub(crate) mod fetch;
pub(crate) mod server;
