//! How requests ended, and how long they took.
//!
//! We provide this file: it's a table of counters.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// The bounds of the histogram of request times, in seconds, which
/// reach from a small file to a download of many minutes.
const STEPS: [f64; 10] = [
    0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0, 300.0, 1800.0,
];

/// Counts how requests ended, since the server started. All clones
/// share the counts.
#[derive(Debug, Clone, Default)]
pub struct RequestCount {
    numbers: Arc<Numbers>,
}

#[derive(Debug)]
struct Seconds(Histogram);

#[derive(Debug, Default)]
struct Numbers {
    seconds: Seconds,
    uploads: Counter,
    imports: Counter,
    exports: Counter,
    refused: Counter,
    failed: Counter,
}

impl Default for Seconds {
    fn default() -> Self {
        Self(Histogram::new(STEPS))
    }
}

impl RequestCount {
    /// Counts a request that has ended. If there's no status, its
    /// response was cut off.
    pub(crate) fn count(
        &self,
        method: &Method,
        target: &str,
        status: Option<StatusCode>,
        time: Duration,
    ) {
        let numbers = &self.numbers;
        numbers.seconds.0.observe(time.as_secs_f64());
        let path = target.split('?').next().unwrap_or_default();
        let counter = match status {
            Some(status) if status.is_client_error() => {
                &numbers.refused
            }
            Some(status) if status.is_server_error() => &numbers.failed,
            Some(_) if method == Method::POST => match path {
                "/files" => &numbers.uploads,
                "/imports" => &numbers.imports,
                _ => return,
            },
            Some(_) if path.starts_with("/exports/") => {
                &numbers.exports
            }
            _ => return,
        };
        counter.inc();
    }

    pub(crate) fn register(&self, registry: &mut Registry) {
        let numbers = &self.numbers;
        registry.register(
            "server_request_seconds",
            "From the head of a request to the last byte of its \
             response",
            numbers.seconds.0.clone(),
        );
        #[rustfmt::skip]
        let counters = [
            ("server_uploads", "Forms and files that were saved",
                &numbers.uploads),
            ("server_imports", "Files that were fetched and saved",
                &numbers.imports),
            ("server_exports", "Tables that were sent completely",
                &numbers.exports),
            ("server_refused", "Responses with a status of 400 to 499",
                &numbers.refused),
            ("server_failed", "Responses with a status of 500 and above",
                &numbers.failed),
        ];
        for (name, meaning, counter) in counters {
            registry.register(name, meaning, counter.clone());
        }
    }
}
