//! Checks of the fields that tell about a file, and of answers
//! that hold nothing of it.

use std::sync::Arc;

use axum::body::Body;
use axum::handler::Handler;
use downloads::Downloads;
use http_body_util::BodyExt;
use lab::memory::Mark;
use lab::size::KIB;
use lab::{Size, Steps};
use tokio::runtime::Handle;

use crate::site::Answer;

/// What `describe` writes.
const DESCRIBED: [&str; 8] = [
    "Content-Type",
    "X-Content-Type-Options",
    "Content-Disposition",
    "ETag",
    "Last-Modified",
    "Content-Encoding",
    "Vary",
    "Accept-Ranges",
];

/// Expects the fields about the file as the whole file has them.
pub fn expect_described(
    steps: &Steps,
    answer: &Answer,
    whole: &Answer,
) {
    let status = answer.head.status;
    for name in DESCRIBED {
        let ours = answer.head.header(name);
        let theirs = whole.head.header(name);
        let what = format!("{name} of {status}, as of 200");
        steps.equal(what, &ours, &theirs);
    }
}

/// Expects an answer without the file, and without a field about
/// it: the client must not take them for what it asked for.
pub fn expect_refused(steps: &Steps, answer: &Answer, status: u16) {
    steps.equal("status", &answer.head.status, &status);
    let what = format!("bytes of {status}");
    steps.equal(what, &answer.body.len(), &0);
    let told = answer.head.header("Content-Length");
    let what = format!("Content-Length of {status}");
    steps.one_of(what, &told, &[None, Some("0")]);
    for name in DESCRIBED {
        let what = format!("{name} of {status}");
        steps.equal(what, &answer.head.header(name), &None);
    }
}

/// What a look at the kernel's own counts reads, and more.
const LITTLE: u64 = 4096;
/// What a request and its answer may cost without the file.
const SMALL: u64 = 48 * KIB;

/// Asks the handler itself: a server takes the body away from
/// answers that may have none, and a reader has begun by then.
///
/// Only on one thread: there, a reader that was started is still
/// to be seen after it was dropped, and has read nothing yet.
pub async fn expect_nothing_read(
    steps: &Steps,
    downloads: &Arc<Downloads>,
    method: &str,
    fields: &[(&str, &str)],
    status: u16,
) {
    let shown: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let shown = shown.join("; ");
    steps.step(format!("{method} with `{shown}`, from the handler"));
    let request = request(steps, method, fields);
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let (memory, read) = (Mark::now(), bytes_read());
    let handler = downloads::download;
    let answer = handler.call(request, Arc::clone(downloads)).await;
    let (started, peak) =
        (tasks().saturating_sub(before), memory.peak());
    let read = bytes_read().saturating_sub(read);
    steps.equal("status", &answer.status().as_u16(), &status);
    steps.at_most("bytes that were read", Size(read), Size(LITTLE));
    steps.equal("readers that were started", &started, &0);
    steps.at_most("memory", Size(peak), Size(SMALL));
    let body = answer.into_body().collect().await;
    let body = steps.succeeds("the body", body);
    let bytes = body.to_bytes().len();
    steps.equal(format!("bytes of {status}"), &bytes, &0);
}

/// A request for `/download`.
pub fn request(
    steps: &Steps,
    method: &str,
    fields: &[(&str, &str)],
) -> axum::extract::Request {
    let mut request = axum::http::Request::builder()
        .method(method)
        .uri("/download")
        .header("Host", "localhost");
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    steps.succeeds("a request", request.body(Body::empty()))
}

/// What this process has read so far. 0 where the kernel does not
/// tell: memory is looked at everywhere.
pub fn bytes_read() -> u64 {
    lab::process::read_bytes(std::process::id()).unwrap_or(0)
}
