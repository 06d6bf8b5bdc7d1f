//! Checks of which responses are transfers.

use axum::http::StatusCode;
use axum::routing::get;
use lab::Steps;
use server::Totals;

use crate::parts::LARGE;
use crate::stage::Stage;
use crate::{MOMENT, TRIES};

/// What a request adds to the totals: transfers, and their bytes.
const REQUESTS: [(&str, &str, u16, u64, u64); 10] = [
    ("GET", "/small", 200, 1, 5),
    ("GET", "/large", 200, 1, LARGE as u64),
    ("GET", "/part", 206, 1, 10),
    ("GET", "/other", 203, 1, 5),
    ("HEAD", "/small", 200, 0, 0),
    ("POST", "/taken", 200, 0, 0),
    ("GET", "/unchanged", 304, 0, 0),
    ("GET", "/moved", 302, 0, 0),
    ("GET", "/gone", 404, 0, 0),
    ("GET", "/broken", 500, 0, 0),
];

pub async fn counted(steps: Steps) {
    let stage = Stage::start(&steps, |setting| {
        setting.routes = |parts, watch| {
            let part = (StatusCode::PARTIAL_CONTENT, "0123456789");
            let other = StatusCode::NON_AUTHORITATIVE_INFORMATION;
            let broken = StatusCode::INTERNAL_SERVER_ERROR;
            let moved = (StatusCode::FOUND, "elsewhere");
            let gone = (StatusCode::NOT_FOUND, "not here");
            let parts = parts
                .route("/part", get(async move || part))
                .route("/other", get(async move || (other, "other")))
                .route(
                    "/unchanged",
                    get(async || StatusCode::NOT_MODIFIED),
                )
                .route("/moved", get(async move || moved))
                .route("/gone", get(async move || gone))
                .route("/broken", get(async move || (broken, "sorry")));
            server::router(parts, watch.clone())
        };
    });
    let mut expected = Totals::default();
    let mut client = stage.connect();
    for (method, target, status, transfers, bytes) in REQUESTS {
        let what = format!("{method} {target}, which gets {status}");
        steps.step(&what);
        let text = format!(
            "{method} {target} HTTP/1.1\r\nHost: a\r\n\
             Content-Length: 0\r\n\r\n"
        );
        let sent = client.sender.send(text.as_bytes()).await;
        steps.succeeds("send the request", sent);
        let head = client.receiver.final_head().await;
        let head = steps.succeeds("the head of a response", head);
        steps.equal("status", &head.status, &status);
        let read = client.receiver.body(&head, method);
        let mut read = steps.succeeds("a body", read);
        loop {
            let chunk = read.next(64 * 1024).await;
            if steps.succeeds("the body, whole", chunk).is_none() {
                break;
            }
        }
        expected.started += transfers;
        expected.complete += transfers;
        expected.bytes += bytes;
        let seen = settled(&stage, &expected).await;
        steps.equal(format!("totals after {what}"), &seen, &expected);
    }
}

/// The totals, once they are those. The client may have the last byte
/// before the server has dropped the body.
async fn settled(stage: &Stage, expected: &Totals) -> Totals {
    let mut seen = stage.watch.transfers.totals();
    for _ in 0..TRIES {
        if seen == *expected {
            break;
        }
        tokio::time::sleep(MOMENT).await;
        seen = stage.watch.transfers.totals();
    }
    seen
}
