//! The finished server: everything from the earlier chapters, with
//! limits, TLS, a log, metrics, and an orderly shutdown.
//!
//! [`run`] serves connections until a signal arrives. Each connection
//! goes through [`serve_connection`] to [`on_connection`].

mod listen;
mod observe;
mod serve;
mod stop;

/// Why a connection failed, as in chapter 3.
pub use connections::BoxError;
pub use listen::descriptors::raise_descriptors;
pub use listen::socket::SocketListener;
pub use listen::tls::{Tls, TlsError};
pub use listen::write_progress::WriteProgress;
pub use observe::admin::Admin;
pub use observe::counted::counted;
pub use observe::gauge::{Gauge, GaugeGuard};
pub use observe::log::{Log, LogFormat, start_log};
pub use observe::request_count::RequestCount;
pub use observe::router::{Watch, public, router};
pub use observe::transfer_count::{Totals, Transfer, TransferCount};
pub use serve::limits::{Limits, parse_count, parse_size, parse_time};
pub use serve::on_connection::on_connection;
pub use serve::requests::Requests;
pub use serve::run::{run, serve_operations};
pub use serve::server::{Server, serve_connection};
pub use stop::readiness::Readiness;
pub use stop::runtime::on_runtime;
pub use stop::shutdown::{Drained, announce, drain, operations};
pub use stop::signals::Signals;
