//! A small DNS server, on loopback and in memory, that misbehaves on demand.
//!
//! A [`Zone`] contains its records and, for each name, the [`Fault`]s. A [`Responder`]
//! turns a query into replies, without a network. [`Loopback`] runs it over UDP and
//! TCP, and [`Memory`] over queues and pipes, which work with a paused clock.
//!
//! It shares no code with the chapters, because otherwise both would have the same
//! mistakes.
//!
//! ```
//! use lab_net::dns::{Responder, Transport, Zone};
//!
//! let zone: Zone = "a.example.org. 60 A 192.0.2.1".parse().expect("a zone");
//! let mut responder = Responder::new(zone);
//! let replies = responder.respond(b"not a query", Transport::Udp);
//! assert!(replies.is_empty());
//! ```

mod fault;
mod loopback;
mod memory;
mod name;
mod query;
mod reply;
mod responder;
mod zone;

pub use fault::Fault;
pub use loopback::Loopback;
pub use memory::{Datagrams, Memory};
pub use name::{name_in, shown};
pub use reply::{Reply, Sender};
pub use responder::{Responder, Seen, Transport};
pub use zone::{Zone, ZoneError};

/// Returns the zone of the lab's own server, with the names that the book uses.
pub const ZONE: &str = include_str!("dns/example.zone");
