//! Addresses: who is calling, and may they enter?
//!
//! Internet addresses and the blocks that they belong to. Later
//! chapters ask this crate where to listen (3, 13), whom to admit
//! (13), and whether an address that a name led to may be
//! connected to (11).

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
