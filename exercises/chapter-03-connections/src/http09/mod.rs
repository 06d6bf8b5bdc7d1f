//! The program: a server and a client of HTTP/0.9.

pub(crate) mod client;
pub(crate) mod command;
pub(crate) mod pages;
pub(crate) mod server;
