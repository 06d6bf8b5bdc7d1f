//! The network tools of the checks, built on Tokio and [`lab`]: a [`client`], a
//! [`peer`] that follows a script, a [`dns`] server, and sources for a server to read
//! from (in `sources`).
//!
//! A check with asynchronous code is wrapped in [`check()`], in [`check_on_one_thread`]
//! if a [`heartbeat`] must show that nothing blocks, or in [`check_paused`] if it uses
//! only in-memory transports.
//!
//! ```
//! lab_net::check(async |steps| {
//!     steps.step("write into a pipe of 4 bytes");
//!     let (mut writer, _reader) = tokio::io::duplex(4);
//!     let written = tokio::io::AsyncWriteExt::write(&mut writer, b"flat memory").await;
//!     steps.equal("bytes taken", &steps.succeeds("write", written), &4);
//! });
//! ```

pub mod check;
pub mod client;
pub mod dns;
pub mod peer;
mod sources;

pub use check::{check, check_on_one_thread, check_paused};
pub use client::{Client, Connection, Download, Pace, request, resident};
pub use peer::Peer;
pub use request::Request;
pub use sources::{fault, fleet, gate, heartbeat, pipe, source};
