//! Checks of the way from a connection to a response.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use axum::routing::get;
use backpressure::{BoxError, serve_http};
use connections::{Connection, Trigger, shutdown};
use futures_util::stream::{self, StreamExt};
use http_body_util::BodyExt;
use lab::Steps;
use lab::folder::Folder;
use naive::Config;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::server::NOBODY;
use crate::{MARK, PATIENCE};

/// What the file holds.
const TEXT: &[u8] = b"eleven byte";

pub async fn as_chapter_5(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let file = folder.file("a \"b\".zip", TEXT);
    let file = steps.succeeds("a file", file);
    let length = TEXT.len() as u64;
    for method in ["GET", "HEAD"] {
        let got = ask(&steps, &file, method, "/download").await;
        let (status, headers, body) = got;
        steps.equal("status", &status, &StatusCode::OK);
        let mut expected = naive::headers(&file, length);
        for (name, value) in &headers {
            let right = expected.remove(name);
            let what = format!("the header {name}");
            steps.equal(what, &Some(value.clone()), &right);
        }
        let missing = expected.keys().next();
        steps.equal("a header that is missing", &missing, &None);
        let text = if method == "GET" { TEXT } else { b"" };
        steps.equal_bytes("the body", &body, text);
    }
    steps.step("the file grows by a byte");
    let longer = [TEXT, b"s"].concat();
    steps.succeeds("write it", fs::write(&file, &longer));
    let (_, headers, body) =
        ask(&steps, &file, "GET", "/download").await;
    let seen = headers.get("content-length").cloned();
    steps.equal("Content-Length", &seen, &Some((length + 1).into()));
    steps.equal_bytes("the body", &body, &longer);

    let missing = folder.path().join("missing");
    let folder = folder.path().to_owned();
    for (file, method, path, expected) in [
        (&missing, "GET", "/download", StatusCode::NOT_FOUND),
        (&folder, "GET", "/download", StatusCode::NOT_FOUND),
        (&folder, "HEAD", "/download", StatusCode::NOT_FOUND),
        (&file, "GET", "/", StatusCode::NOT_FOUND),
        (&file, "POST", "/download", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let (status, _, body) = ask(&steps, file, method, path).await;
        steps.equal("status", &status, &expected);
        if method == "GET" && expected == StatusCode::NOT_FOUND {
            let text = String::from_utf8_lossy(&body).into_owned();
            steps.holds("the body says why", text.contains("no such"));
        }
    }
}

/// What the router makes of a request.
async fn ask(
    steps: &Steps,
    file: &Path,
    method: &str,
    path: &str,
) -> (StatusCode, axum::http::HeaderMap, Bytes) {
    let name = file.file_name().unwrap_or_default().display();
    steps.step(format!("{method} {path}, with {name} behind it"));
    let config = Config {
        listen: NOBODY,
        file: PathBuf::from(file),
    };
    let router = backpressure::router(config, MARK);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty());
    let request = steps.succeeds("a request", request);
    let response: Response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (head, body) = response.into_parts();
    let body = timeout(PATIENCE, body.collect()).await;
    let body = steps.succeeds("an end of the body", body);
    let body = steps.succeeds("the body", body);
    (head.status, head.headers, body.to_bytes())
}

pub async fn to_the_end(steps: Steps) {
    half_closed(&steps).await;
    in_flight(&steps).await;
    idle(&steps).await;
}

/// A connection that is served, and the client's end of it.
struct Served {
    client: DuplexStream,
    task: JoinHandle<Result<(), BoxError>>,
    trigger: Trigger,
    /// Lets the body of `/slow` go on.
    go: Arc<Notify>,
}

impl Served {
    fn start() -> Self {
        let go = Arc::new(Notify::new());
        let waits = Arc::clone(&go);
        let slow = move || {
            let waits = Arc::clone(&waits);
            let last = async move {
                waits.notified().await;
                Ok::<_, BoxError>(Bytes::from_static(b"the last"))
            };
            let first = async { Ok(Bytes::from_static(b"the first")) };
            let chunks = stream::once(first).chain(stream::once(last));
            async { Body::from_stream(chunks) }
        };
        let router = Router::new()
            .route("/quick", get(async || "quickly"))
            .route("/slow", get(slow));
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
        let task = timeout(PATIENCE, self.task).await;
        let task = steps.succeeds("an end of `serve_http`", task);
        let result = steps.succeeds("its task", task);
        steps.succeeds("its result", result);
        rest
    }
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
    steps.step("the server is asked to stop, in mid-response");
    served.trigger.request();
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    served.go.notify_one();
    let rest = served.rest(steps).await;
    steps.holds("the response is whole", rest.contains("the last"));
    let more = rest.contains("quickly");
    steps.holds("no further request is answered", !more);
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
