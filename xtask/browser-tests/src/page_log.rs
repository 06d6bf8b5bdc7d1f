//! What a page did: requests, errors, and attempts to leave.

use crate::socket::Event;
use crate::tab::exception;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that was told about a tab since a page was opened in it.
#[derive(Debug, Default)]
pub struct PageLog {
    /// Every request, in order.
    pub requests: Vec<Request>,
    /// Console errors, uncaught exceptions, and what the browser logs as an error.
    pub errors: Vec<String>,
    /// Addresses that the page or its reader asked to go to.
    pub departures: Vec<String>,
    loaded: BTreeSet<String>,
    by_id: BTreeMap<String, usize>,
}

/// One request of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its full address.
    pub url: String,
    /// Bytes that came over the network, with headers; none while it goes on.
    pub received: Option<u64>,
}

impl PageLog {
    /// The addresses of requests that do not begin with any of `homes`. What a page
    /// carries in itself (`data:`, `blob:`) leaves nothing.
    pub fn strangers(&self, homes: &[&str]) -> Vec<String> {
        let is_at_home = |url: &str| {
            let carried = ["data:", "blob:", "about:"];
            homes
                .iter()
                .chain(&carried)
                .any(|home| url.starts_with(home))
        };
        self.requests
            .iter()
            .filter(|request| !is_at_home(&request.url))
            .map(|request| {
                format!("a request goes outside of the book: {}", request.url)
            })
            .collect()
    }

    /// Whether the document that this loader brings has loaded, with all it names.
    pub(crate) fn is_loaded(&self, loader: &str) -> bool {
        self.loaded.contains(loader)
    }

    /// Notes one event.
    pub(crate) fn note(&mut self, event: Event) {
        let params = &event.params;
        match event.method.as_str() {
            "Page.lifecycleEvent" if params["name"] == "load" => {
                self.loaded.insert(text(&params["loaderId"]));
            }
            "Page.frameRequestedNavigation" => {
                self.departures.push(text(&params["url"]));
            }
            "Network.requestWillBeSent" => {
                let index = self.requests.len();
                self.by_id.insert(text(&params["requestId"]), index);
                self.requests.push(Request {
                    url: text(&params["request"]["url"]),
                    received: None,
                });
            }
            "Network.loadingFinished" => {
                if let Some(index) = self.by_id.get(&text(&params["requestId"])) {
                    let bytes = params["encodedDataLength"].as_f64().unwrap_or(0.0);
                    self.requests[*index].received = Some(bytes as u64);
                }
            }
            "Runtime.exceptionThrown" => {
                let thrown = exception(&params["exceptionDetails"]);
                self.errors.push(format!("uncaught: {thrown}"));
            }
            "Runtime.consoleAPICalled"
                if params["type"] == "error" || params["type"] == "assert" =>
            {
                self.errors.push(format!("console: {}", params["args"]));
            }
            "Log.entryAdded" if params["entry"]["level"] == "error" => {
                let entry = &params["entry"];
                let (what, place) = (text(&entry["text"]), text(&entry["url"]));
                self.errors.push(format!("log: {what} {place}"));
            }
            _ => {}
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}
