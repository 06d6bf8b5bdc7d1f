//! `/metrics`: the server's numbers for Prometheus.

use std::fmt::Write;

use axum::http::header;
use axum::response::IntoResponse;

use crate::{Watch, kernel, log_queue};

/// The type of the text format, version 0.0.4.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// One number: its name, kind and meaning. What the system does
/// not tell is left out.
type Number = (&'static str, &'static str, &'static str, Option<u64>);

/// All numbers, as they are now.
pub(crate) fn answer(watch: &Watch) -> impl IntoResponse + use<> {
    let mut text = String::new();
    for (name, kind, meaning, value) in numbers(watch) {
        let Some(value) = value else { continue };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "# HELP {name} {meaning}\n# TYPE {name} {kind}\n\
             {name} {value}"
        );
    }
    ([(header::CONTENT_TYPE, TEXT)], text)
}

fn numbers(watch: &Watch) -> [Number; 14] {
    let totals = watch.transfers.totals();
    let ready = u64::from(watch.readiness.is_ready());
    [
        (
            "process_resident_memory_bytes",
            "gauge",
            "Memory of the process.",
            kernel::resident(),
        ),
        (
            "server_kernel_send_queue_bytes",
            "gauge",
            "In the kernel, written and not acknowledged; also of \
             connections that are closed here.",
            kernel::send_queues(watch.port),
        ),
        (
            "server_kernel_tcp_memory_bytes",
            "gauge",
            "TCP memory of the whole machine, both directions.",
            kernel::tcp_memory(),
        ),
        (
            "server_bytes_in_flight",
            "gauge",
            "Pulled out of bodies, and not yet in the kernel.",
            Some(watch.transfers.in_flight.level()),
        ),
        (
            "server_connections_open",
            "gauge",
            "Connections that are served now.",
            Some(watch.connections.level()),
        ),
        (
            "server_connections_total",
            "counter",
            "Connections that were let in.",
            Some(watch.connections.times()),
        ),
        (
            "server_ready",
            "gauge",
            "1 when new requests are welcome.",
            Some(ready),
        ),
        (
            "server_watermark_waits_total",
            "counter",
            "Times that a reader waited for its client, in queues \
             that have ended.",
            Some(watermark::waits()),
        ),
        (
            "server_transfers_started_total",
            "counter",
            "Bodies that began.",
            Some(totals.started),
        ),
        (
            "server_transfers_complete_total",
            "counter",
            "Bodies that were pulled to their end.",
            Some(totals.complete),
        ),
        (
            "server_transfers_cut_total",
            "counter",
            "Bodies that ended before.",
            Some(totals.cut),
        ),
        (
            "server_transfer_bytes_total",
            "counter",
            "Bytes of bodies, handed towards the kernel.",
            Some(totals.bytes),
        ),
        (
            "server_log_lines_lost_total",
            "counter",
            "Log lines that nobody took in time.",
            Some(log_queue::lost()),
        ),
        (
            "server_processors",
            "gauge",
            "Threads that run the server's tasks.",
            std::thread::available_parallelism()
                .ok()
                .map(|count| count.get() as u64),
        ),
    ]
}
