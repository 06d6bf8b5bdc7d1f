//! Addresses: who is calling, and may they enter?
//!
//! This crate reads internet addresses and knows the blocks that they
//! belong to. Later chapters use it to find out where to listen (3,
//! 13), whom to admit (13), and whether it's safe to connect to an
//! address that a name resolved to (11).

mod allow_list;
mod endpoint;
mod error;
mod host;
mod read;
mod scope;
mod subnet;

pub use allow_list::AllowList;
pub use endpoint::Endpoint;
pub use error::AddressError;
pub use host::Host;
pub use scope::Scope;
pub use subnet::Subnet;
