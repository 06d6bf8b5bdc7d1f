//! The log: one line a request, at its end.
//!
//! Given: settings of `tracing`, and the fields of a line.

use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request};
use axum::http::{Method, StatusCode};

use crate::RequestCount;
use crate::observe::log_queue::LogQueue;

/// How the lines look.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum,
)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: a JSON object a line.
    Json,
    /// No lines about requests.
    Off,
}

/// The log of the process. Keep it until the end: dropping it
/// waits, for a second at most, until the last lines are written.
#[must_use = "the last lines are lost without it"]
pub struct Log {
    queue: LogQueue,
}

impl Drop for Log {
    fn drop(&mut self) {
        self.queue.flush();
    }
}

/// Starts the log on standard error, for the whole process. With
/// `details`, connections that failed have a line too. Warnings
/// about the server itself are logged even if the format is
/// [`LogFormat::Off`].
///
/// Nobody waits for the log's reader: see the queue between them.
///
/// # Errors
///
/// The operating system refuses a thread.
pub fn start_log(format: LogFormat, details: bool) -> io::Result<Log> {
    let level = match (format, details) {
        (LogFormat::Off, _) => tracing::Level::WARN,
        (_, true) => tracing::Level::DEBUG,
        (_, false) => tracing::Level::INFO,
    };
    let queue = LogQueue::start(io::stderr())?;
    let lines = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(queue.clone())
        // It would report its own errors on standard error, and
        // panic if that fails.
        .log_internal_errors(false)
        .with_target(false)
        .with_ansi(false);
    match format {
        LogFormat::Json => lines.json().flatten_event(true).init(),
        LogFormat::Text | LogFormat::Off => lines.compact().init(),
    }
    Ok(Log { queue })
}

/// What is known of a request. Its line is written when it ends,
/// and not when it begins: only then it is known how it went. An
/// entry that is dropped was cut.
pub(crate) struct Entry {
    peer: Option<SocketAddr>,
    method: Method,
    target: String,
    started: Instant,
    complete: bool,
    pub(crate) status: Option<StatusCode>,
    pub(crate) bytes: u64,
    /// Why it failed. Without one, a response that was cut was cut
    /// by its client, or by a limit.
    pub(crate) reason: Option<String>,
    numbers: RequestCount,
}

impl Entry {
    /// Begins with the request.
    pub(crate) fn of(request: &Request, numbers: RequestCount) -> Self {
        let peer = request.extensions().get();
        Self {
            peer: peer.map(|ConnectInfo(peer)| *peer),
            method: request.method().clone(),
            target: request.uri().to_string(),
            started: Instant::now(),
            complete: false,
            status: None,
            bytes: 0,
            reason: None,
            numbers,
        }
    }

    /// The last byte of the answer was pulled.
    pub(crate) fn complete(mut self) {
        self.complete = true;
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let end = if self.complete { "complete" } else { "cut" };
        self.numbers.count(
            &self.method,
            &self.target,
            self.status.filter(|_| self.complete),
            self.started.elapsed(),
        );
        let reason = self.reason.take().or_else(|| {
            let gone = "the client has gone, or was let go";
            (!self.complete).then(|| gone.to_owned())
        });
        let peer = self.peer.map(|peer| peer.to_string());
        tracing::info!(
            peer = peer.unwrap_or_default(),
            method = self.method.as_str(),
            target = self.target,
            status = self.status.map_or(0, |status| status.as_u16()),
            bytes = self.bytes,
            ms = self.started.elapsed().as_millis() as u64,
            reason,
            "{end}"
        );
    }
}
