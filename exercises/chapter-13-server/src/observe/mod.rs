//! Observing the server: the log, the metrics, and operators'
//! questions.

pub(crate) mod admin;
pub(crate) mod counted;
pub(crate) mod gauge;
pub(crate) mod kernel;
pub(crate) mod log;
pub(crate) mod log_queue;
pub(crate) mod metrics;
pub(crate) mod request_count;
pub(crate) mod router;
pub(crate) mod transfer_count;
