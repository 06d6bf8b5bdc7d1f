//! The log: one line for each request, written at its end.
//!
//! We provide this file: it configures `tracing` and lists the fields
//! of a line.

use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request};
use axum::http::{Method, StatusCode};

use crate::RequestCount;
use crate::observe::log_queue::LogQueue;

/// The format of the lines.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum,
)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object on each line.
    Json,
    /// No lines for requests.
    Off,
}

/// The log of the process. Keep it until the end of the program:
/// dropping it waits until the last lines are written, for at most a
/// second.
#[must_use = "without it, the last lines are lost"]
pub struct Log {
    queue: LogQueue,
}

impl Drop for Log {
    fn drop(&mut self) {
        self.queue.flush();
    }
}

/// Starts the log on standard error, for the whole process. With
/// `details`, there's also a line for each connection that failed.
/// Warnings about the server itself are logged even if the format is
/// [`LogFormat::Off`].
///
/// Requests never wait for the reader of the log, because
/// `log_queue.rs` has a queue in between.
///
/// # Errors
///
/// Fails if the operating system can't create a thread.
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
        // Otherwise it would report its own errors on standard error,
        // and panic if that fails.
        .log_internal_errors(false)
        .with_target(false)
        .with_ansi(false);
    match format {
        LogFormat::Json => lines.json().flatten_event(true).init(),
        LogFormat::Text | LogFormat::Off => lines.compact().init(),
    }
    Ok(Log { queue })
}

/// The log entry of a request. Its line is written at the end of the
/// request, because only then the outcome is known. If an entry is
/// dropped before it's complete, the request was cut off.
pub(crate) struct Entry {
    peer: Option<SocketAddr>,
    method: Method,
    target: String,
    started: Instant,
    complete: bool,
    pub(crate) status: Option<StatusCode>,
    pub(crate) bytes: u64,
    /// Why the request failed. If a response was cut off and there's no
    /// reason here, the client or a limit has cut it off.
    pub(crate) reason: Option<String>,
    numbers: RequestCount,
}

impl Entry {
    /// Creates the entry at the beginning of the request.
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

    /// Completes the entry: the last byte of the response was pulled.
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
            let gone = "the client disconnected or hit a limit";
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
