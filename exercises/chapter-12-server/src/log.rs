//! The log: one line a request, at its end.

use std::net::SocketAddr;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request};
use axum::http::{Method, StatusCode};

/// How the lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: a JSON object a line.
    Json,
    /// No lines.
    Off,
}

/// Starts the log on standard error, for the whole process. With
/// `details`, connections that failed have a line too.
pub fn start_log(format: LogFormat, details: bool) {
    let level = match details {
        true => tracing::Level::DEBUG,
        false => tracing::Level::INFO,
    };
    let lines = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(false);
    match format {
        LogFormat::Text => lines.compact().init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
        LogFormat::Off => {}
    }
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
}

impl Entry {
    /// Begins with the request.
    pub(crate) fn of(request: &Request) -> Self {
        let peer = request.extensions().get();
        Self {
            peer: peer.map(|ConnectInfo(peer)| *peer),
            method: request.method().clone(),
            target: request.uri().to_string(),
            started: Instant::now(),
            complete: false,
            status: None,
            bytes: 0,
        }
    }

    /// The last byte of the answer was pulled.
    pub(crate) fn complete(mut self) {
        self.complete = true;
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let end = match self.complete {
            true => "complete",
            false => "cut",
        };
        let peer = self.peer.map(|peer| peer.to_string());
        tracing::info!(
            peer = peer.unwrap_or_default(),
            method = self.method.as_str(),
            target = self.target,
            status = self.status.map_or(0, |status| status.as_u16()),
            bytes = self.bytes,
            ms = self.started.elapsed().as_millis() as u64,
            "{end}"
        );
    }
}
