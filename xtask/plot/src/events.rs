//! `plot --events`: one line with a JSON object for each event, as soon as it happens.
//!
//! | event | when | besides `schema`, `event` and `server` |
//! | --- | --- | --- |
//! | `building` | cargo starts on a server | |
//! | `started` | a server listens | `label` |
//! | `sample` | its memory was looked at | `seconds` since the first request, `bytes` |
//! | `finished` | its downloads are over | the server's object of the JSON file, `shown` |
//! | `written` | the files are there | `story`, `command`, `circumstances`, `files`; no `server` |
//! | `fault` | there is no plot | `message`, `exit`; no `server` |
//!
//! The samples of a curve are those in the CSV file, from the first request on. Cargo's
//! output goes to standard error.

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use lab_net::resident::Sample;
use serde_json::{Value, json};

use crate::curve::{Curve, Run};
use crate::error::Error;
use crate::files;

/// The version of every object. It grows when a field changes its meaning.
const SCHEMA: u32 = 2;

/// Prints events, if that was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Events {
    wanted: bool,
}

impl Events {
    /// Prints events or nothing.
    pub(crate) fn new(wanted: bool) -> Self {
        Self { wanted }
    }

    /// Reports that cargo starts on a server.
    pub(crate) fn building(self, server: &str) {
        self.say("building", json!({ "server": server }));
    }

    /// Reports that a server is listening.
    pub(crate) fn started(self, server: &str, label: &str) {
        self.say("started", json!({ "server": server, "label": label }));
    }

    /// Reports that a server's downloads have finished.
    pub(crate) fn finished(self, curve: &Curve) {
        let mut server = files::server(curve);
        server["shown"] = files::shown(curve);
        self.say("finished", server);
    }

    /// Reports that the files were written.
    pub(crate) fn written(self, run: &Run, paths: &[PathBuf]) {
        let files: Vec<String> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        self.say(
            "written",
            json!({
                "story": run.story,
                "command": run.command,
                "circumstances": run.circumstances,
                "files": files,
            }),
        );
    }

    /// Reports that the plot failed.
    pub(crate) fn fault(self, fault: &Error) {
        let (message, exit) = (fault.to_string(), fault.exit());
        self.say("fault", json!({ "message": message, "exit": exit }));
    }

    fn say(self, event: &str, mut fields: Value) {
        if !self.wanted {
            return;
        }
        fields["schema"] = json!(SCHEMA);
        fields["event"] = json!(event);
        let mut out = std::io::stdout().lock();
        // If the reader is gone, the run is stopped from outside.
        let line = fields.to_string();
        let line = course::plain::json(&line);
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    }
}

/// Reports a server's samples, counted from the first request. The first samples are
/// older than that request, so they wait until its time is known.
#[derive(Debug, Clone)]
pub(crate) struct Samples {
    events: Events,
    server: String,
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Debug, Default)]
struct Waiting {
    requested: Option<f64>,
    samples: Vec<Sample>,
}

impl Samples {
    /// Of a server.
    pub(crate) fn new(events: Events, server: &str) -> Self {
        Self {
            events,
            server: server.to_owned(),
            waiting: Arc::default(),
        }
    }

    /// Called when the first request is sent, this many seconds after the sampler's
    /// start.
    pub(crate) fn requested(&self, seconds: f64) {
        self.tell(|waiting| waiting.requested = Some(seconds));
    }

    /// A sample was taken.
    pub(crate) fn hear(&self, sample: Sample) {
        self.tell(|waiting| waiting.samples.push(sample));
    }

    fn tell(&self, change: impl FnOnce(&mut Waiting)) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut waiting);
        for (seconds, bytes) in waiting.ready() {
            let server = &self.server;
            let fields =
                json!({ "server": server, "seconds": seconds, "bytes": bytes });
            self.events.say("sample", fields);
        }
    }
}

impl Waiting {
    /// Returns the samples that can be reported, each once, with the times of the
    /// curve.
    fn ready(&mut self) -> Vec<(f64, u64)> {
        let Some(requested) = self.requested else {
            return Vec::new();
        };
        let samples = self.samples.drain(..);
        samples
            .map(|sample| (sample.seconds - requested, sample.bytes))
            .filter(|(seconds, _)| *seconds >= 0.0)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_wait_for_the_first_request_and_are_told_once() {
        let sample = |seconds: f64, bytes| Sample {
            seconds,
            bytes,
            read: None,
        };
        let mut waiting = Waiting::default();
        waiting.samples.extend([sample(0.0, 1), sample(0.75, 2)]);
        assert_eq!(waiting.ready(), []);
        waiting.requested = Some(0.5);
        assert_eq!(waiting.ready(), [(0.25, 2)]);
        waiting.samples.push(sample(1.5, 3));
        assert_eq!(waiting.ready(), [(1.0, 3)]);
        assert_eq!(waiting.ready(), []);
    }
}
