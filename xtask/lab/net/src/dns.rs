//! A small DNS server, on loopback and in memory, that misbehaves on demand.
//!
//! A [`Zone`] says what it knows and, for each name, its [`Fault`]s. A [`Responder`]
//! turns a query into replies; it is plain code without a network. [`Loopback`] runs
//! it over UDP and TCP, [`Memory`] over queues and pipes that a paused clock can
//! stand.
//!
//! It shares no code with what the chapters build: a mistake in theirs would hide
//! in ours.
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

/// The zone that the lab's own server has: the names that the book speaks of.
pub const ZONE: &str = include_str!("dns/example.zone");
