//! Serving: connections and their requests, within limits.

pub(crate) mod cross_site;
pub(crate) mod limits;
pub(crate) mod on_connection;
pub(crate) mod presence;
pub(crate) mod request_body;
pub(crate) mod requests;
pub(crate) mod run;
pub(crate) mod server;
