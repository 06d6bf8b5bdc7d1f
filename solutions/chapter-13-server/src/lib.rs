//! The finished server: everything of the chapters before, behind
//! limits, TLS, a log and numbers, and with an end.
//!
//! [`run`] serves connections until a signal comes. Each of them
//! goes through [`secured`] to [`on_connection`].

mod admin;
mod counted;
mod descriptors;
mod foreign;
mod gathered;
mod gauge;
mod kernel;
mod limits;
mod linger;
mod log;
mod log_queue;
mod metrics;
mod on_connection;
mod presence;
mod readiness;
mod request_count;
mod requests;
mod router;
mod run;
mod runtime;
mod server;
mod shutdown;
mod signals;
mod socket;
mod tls;
mod transfer_count;
mod write_progress;

pub use admin::Admin;
/// Why a connection failed, as in chapter 3.
pub use connections::BoxError;
pub use counted::counted;
pub use descriptors::raise_descriptors;
pub use gauge::{Gauge, Held};
pub use limits::Limits;
pub use log::{Log, LogFormat, start_log};
pub use on_connection::on_connection;
pub use readiness::Readiness;
pub use request_count::RequestCount;
pub use requests::Requests;
pub use router::{Watch, operations, public, router};
pub use run::run;
pub use runtime::on_runtime;
pub use server::{Server, secured};
pub use shutdown::{Drained, announce, drain};
pub use signals::Signals;
pub use socket::SocketListener;
pub use tls::{Tls, TlsError};
pub use transfer_count::{Totals, Transfer, TransferCount};
pub use write_progress::WriteProgress;
