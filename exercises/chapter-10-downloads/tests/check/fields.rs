//! Checks of the fields that tell about a file, and of answers
//! that hold nothing of it.

use std::sync::Arc;

use axum::body::Body;
use axum::handler::Handler;
use downloads::Downloads;
use http_body_util::BodyExt;
use lab::Steps;
use tokio::runtime::Handle;

use crate::site::{Answer, Site};

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

/// A refusal may have a text for people, and that is short.
const TEXT: usize = 512;

/// Expects an answer without the file. Where it tells a length,
/// this is the one of its own text, which `GET` gets.
pub fn expect_refused(
    site: &Site,
    answer: &Answer,
    status: u16,
    get: &Answer,
) {
    let steps = &site.steps;
    steps.equal("status", &answer.head.status, &status);
    let bytes = answer.body.len();
    let what = format!("bytes of {status}");
    steps.at_most(what, bytes as u64, TEXT as u64);
    let told = answer.head.header("Content-Length");
    let text = get.body.len().to_string();
    let what = format!("Content-Length of {status}");
    steps.one_of(what, &told, &[None, Some(&*text)]);
}

/// Asks the handler itself: a server takes the body away from
/// answers that may have none, and a reader has begun by then.
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
    let mut request = axum::http::Request::builder()
        .method(method)
        .uri("/download")
        .header("Host", "localhost");
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty());
    let request = steps.succeeds("a request", request);
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let handler = downloads::download;
    let answer = handler.call(request, Arc::clone(downloads)).await;
    let started = tasks().saturating_sub(before);
    steps.equal("status", &answer.status().as_u16(), &status);
    steps.equal("readers that were started", &started, &0);
    let body = answer.into_body().collect().await;
    let body = steps.succeeds("the body", body);
    let bytes = body.to_bytes().len();
    let most = if status >= 400 { TEXT } else { 0 };
    let what = format!("bytes of {status}");
    steps.at_most(what, bytes as u64, most as u64);
}
