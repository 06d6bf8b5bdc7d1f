//! `/metrics`: the server's numbers for Prometheus.
//!
//! We provide this file: it's a table, and you do the counting.

use std::fmt;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::Watch;
use crate::observe::{kernel, log_queue};

/// The media type of the OpenMetrics text format.
const TEXT: &str =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Responds with the current values of all metrics.
pub(crate) fn answer(watch: &Watch) -> Response {
    let mut registry = Registry::default();
    watch.requests.register(&mut registry);
    let moment = Moment {
        watch: watch.clone(),
    };
    registry.register_collector(Box::new(moment));
    let mut text = String::new();
    match encode(&mut text, &registry) {
        Ok(()) => {
            ([(header::CONTENT_TYPE, TEXT)], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Values that are counted elsewhere and read when somebody asks for
/// them. Values that the operating system doesn't provide are left out.
#[derive(Debug)]
struct Moment {
    watch: Watch,
}

impl Collector for Moment {
    fn encode(
        &self,
        mut encoder: DescriptorEncoder<'_>,
    ) -> Result<(), fmt::Error> {
        for (name, meaning, value) in self.gauges() {
            let Some(value) = value else { continue };
            write(
                &mut encoder,
                name,
                meaning,
                &ConstGauge::new(value),
            )?;
        }
        // The library appends `_total` to their names.
        for (name, meaning, value) in self.counters() {
            let counter = ConstCounter::new(value);
            write(&mut encoder, name, meaning, &counter)?;
        }
        Ok(())
    }
}

fn write(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    meaning: &str,
    value: &impl EncodeMetric,
) -> Result<(), fmt::Error> {
    let kind = value.metric_type();
    value.encode(encoder.encode_descriptor(name, meaning, None, kind)?)
}

type Number<T> = (&'static str, &'static str, T);

#[rustfmt::skip]
impl Moment {
    fn gauges(&self) -> [Number<Option<u64>>; 7] {
        let watch = &self.watch;
        let processors = std::thread::available_parallelism().ok();
        let processors = processors.map(|count| count.get() as u64);
        [
            ("process_resident_memory_bytes", "Memory in use by the process",
                kernel::resident()),
            ("server_kernel_send_queue_bytes",
                "In the kernel, written and not acknowledged; also of \
                 connections that are closed here",
                kernel::send_queues(watch.port)),
            ("server_kernel_tcp_memory_bytes",
                "TCP memory of the whole machine, both directions",
                kernel::tcp_memory()),
            ("server_bytes_in_flight",
                "Pulled from bodies, and not yet written to the kernel",
                Some(watch.transfers.in_flight.level())),
            ("server_connections_open",
                "Connections being served now",
                Some(watch.connections.level())),
            ("server_ready", "1 while new requests are welcome",
                Some(watch.readiness.is_ready().into())),
            ("server_processors", "Threads that run the server's tasks",
                processors),
        ]
    }

    fn counters(&self) -> [Number<u64>; 7] {
        let totals = self.watch.transfers.totals();
        [
            ("server_connections", "Connections that were accepted",
                self.watch.connections.times()),
            ("server_watermark_waits",
                "Times that a reader waited for its client, in queues \
                 that have ended",
                self.watch.waits.count()),
            ("server_transfers_started", "Bodies that began",
                totals.started),
            ("server_transfers_complete",
                "Bodies that were pulled to their end",
                totals.complete),
            ("server_transfers_cut", "Bodies that ended before",
                totals.cut),
            ("server_transfer_bytes",
                "Body bytes handed on toward the kernel",
                totals.bytes),
            ("server_log_lines_lost",
                "Log lines dropped because the reader was too slow",
                log_queue::lost()),
        ]
    }
}
