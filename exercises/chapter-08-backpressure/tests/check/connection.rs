//! Checks of `serve_http`: a connection, to its end.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use backpressure::{BoxError, serve_http};
use connections::{Connection, Trigger, shutdown};
use futures_util::stream::{self, StreamExt};
use lab::Steps;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::PATIENCE;
use crate::clock::Clock;
use crate::server::NOBODY;

/// Longer than any patience, and over at once.
const HOUR: Duration = Duration::from_secs(60 * 60);

pub async fn to_the_end(steps: Steps) {
    half_closed(&steps).await;
    in_flight(&steps).await;
    idle(&steps).await;
    for requested in [false, true] {
        patient(&steps, requested).await;
        disconnects(&steps, requested).await;
    }
    for requested in [false, true] {
        breaks(&steps, requested).await;
    }
    no_http(&steps).await;
    half_a_request(&steps).await;
}

/// A connection that is served, and the client's end of it.
struct Served {
    client: DuplexStream,
    task: JoinHandle<Result<(), BoxError>>,
    trigger: Trigger,
    /// Lets the body of `/slow` and `/broken` go on.
    go: Arc<Notify>,
}

impl Served {
    fn start() -> Self {
        let go = Arc::new(Notify::new());
        let body = |fails: bool| {
            let go = Arc::clone(&go);
            move || {
                let waits = Arc::clone(&go);
                let last = async move {
                    waits.notified().await;
                    if fails {
                        return Err(BoxError::from("it broke"));
                    }
                    Ok(Bytes::from_static(b"the last"))
                };
                let first =
                    async { Ok(Bytes::from_static(b"the first")) };
                let chunks =
                    stream::once(first).chain(stream::once(last));
                async { Body::from_stream(chunks) }
            }
        };
        let router = Router::new()
            .route("/quick", get(async || "quickly"))
            .route("/broken", get(body(true)))
            .route("/slow", get(body(false)));
        let (client, transport) = duplex(64 * 1024);
        let (trigger, shutdown) = shutdown();
        let connection = Connection {
            transport,
            peer: NOBODY,
            shutdown,
        };
        Self {
            client,
            task: tokio::spawn(serve_http(connection, router)),
            trigger,
            go,
        }
    }

    async fn send(&mut self, steps: &Steps, paths: &[&str]) {
        for path in paths {
            steps.step(format!("the client sends GET {path}"));
            let request =
                format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
            let sent = self.client.write_all(request.as_bytes()).await;
            steps.succeeds("send it", sent);
        }
    }

    /// Reads up to this text.
    async fn until(&mut self, steps: &Steps, text: &str) -> String {
        let mut seen = Vec::new();
        let reading = async {
            let mut byte = [0];
            while !seen.ends_with(text.as_bytes()) {
                if self.client.read(&mut byte).await? == 0 {
                    break;
                }
                seen.push(byte[0]);
            }
            std::io::Result::Ok(())
        };
        let read = timeout(PATIENCE, reading).await;
        let read = steps.succeeds("what the server sends", read);
        steps.succeeds("the read", read);
        let seen = String::from_utf8_lossy(&seen).into_owned();
        let what = format!("{text:?} arrives");
        steps.holds(what, seen.ends_with(text));
        seen
    }

    /// Reads to the end of the connection, which must be a good one.
    async fn rest(mut self, steps: &Steps) -> String {
        let mut rest = String::new();
        let reading = self.client.read_to_string(&mut rest);
        let read = timeout(PATIENCE, reading).await;
        let read = steps.succeeds("the connection closes", read);
        steps.succeeds("the read", read);
        let result = ended(steps, self.task).await;
        steps.succeeds("its result", result);
        rest
    }

    /// The server is asked to stop, and has heard of it.
    async fn stop(&self, steps: &Steps) {
        steps.step("the server is asked to stop, in mid-response");
        self.trigger.request();
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }
}

/// What `serve_http` returns.
async fn ended(
    steps: &Steps,
    task: JoinHandle<Result<(), BoxError>>,
) -> Result<(), BoxError> {
    let task = timeout(PATIENCE, task).await;
    let task = steps.succeeds("an end of `serve_http`", task);
    steps.succeeds("its task", task)
}

/// The clock is the check's own: an hour costs no time.
async fn patient(steps: &Steps, requested: bool) {
    let mut served = Served::start();
    served.send(steps, &["/slow"]).await;
    served.until(steps, "the first").await;
    if requested {
        served.stop(steps).await;
    }
    steps.step("the response takes an hour");
    Clock::default().pass(HOUR).await;
    served.go.notify_one();
    served.until(steps, "the last").await;
    served.trigger.request();
    served.rest(steps).await;
}

async fn disconnects(steps: &Steps, requested: bool) {
    let mut served = Served::start();
    served.send(steps, &["/slow"]).await;
    served.until(steps, "the first").await;
    if requested {
        served.stop(steps).await;
    }
    steps.step("the client disconnects in the middle of its response");
    drop(served.client);
    served.go.notify_one();
    let result = ended(steps, served.task).await;
    steps.refuses("what `serve_http` returns", result);
}

/// The body fails, as that of a short file does.
async fn breaks(steps: &Steps, requested: bool) {
    let mut served = Served::start();
    served.send(steps, &["/broken"]).await;
    served.until(steps, "the first").await;
    if requested {
        served.stop(steps).await;
    }
    steps.step("the body fails in the middle of the response");
    served.go.notify_one();
    let result = ended(steps, served.task).await;
    steps.refuses("what `serve_http` returns", result);
}

async fn half_a_request(steps: &Steps) {
    let mut served = Served::start();
    steps.step("the client disconnects in the middle of its request");
    let sent = served.client.write_all(b"GET /quick HTTP/1.1\r\nHo");
    steps.succeeds("send it", sent.await);
    drop(served.client);
    let result = ended(steps, served.task).await;
    steps.refuses("what `serve_http` returns", result);
}

async fn no_http(steps: &Steps) {
    let mut served = Served::start();
    steps.step("the client sends something that isn't HTTP");
    let sent = served.client.write_all(b"\x16\x03\x01\r\n\r\n").await;
    steps.succeeds("send it", sent);
    let result = ended(steps, served.task).await;
    steps.refuses("what `serve_http` returns", result);
}

async fn half_closed(steps: &Steps) {
    let mut served = Served::start();
    served.send(steps, &["/slow"]).await;
    steps.step("and closes its direction before the response comes");
    steps.succeeds("close", served.client.shutdown().await);
    served.until(steps, "the first").await;
    served.go.notify_one();
    let rest = served.rest(steps).await;
    steps.holds("the response is whole", rest.contains("the last"));
}

async fn in_flight(steps: &Steps) {
    let mut served = Served::start();
    served.send(steps, &["/slow", "/quick"]).await;
    served.until(steps, "the first").await;
    served.stop(steps).await;
    served.go.notify_one();
    let rest = served.rest(steps).await;
    steps.holds("the response is whole", rest.contains("the last"));
    let more = rest.contains("quickly");
    steps.holds("no further request gets a response", !more);
}

async fn idle(steps: &Steps) {
    let mut served = Served::start();
    served.send(steps, &["/quick"]).await;
    served.until(steps, "quickly").await;
    served.send(steps, &["/quick"]).await;
    served.until(steps, "quickly").await;
    steps.step("the server is asked to stop, between two requests");
    served.trigger.request();
    let rest = served.rest(steps).await;
    steps.equal("what else it sends", rest.as_str(), "");
}
