//! Checks of exports over HTTP.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use connections::{ServeLimits, Trigger, serve, shutdown};
use exports::{JsonArray, rows_to_body};
use lab::Steps;
use lab::drops::DropCounter;
use lab_net::client::Head;
use lab_net::{Client, Pace, Request};
use tinyjson::JsonValue;
use watermark::Watermarks;

use crate::PATIENCE;
use crate::csv_reader::records;
use crate::script::{Script, small};
use crate::table::Stock;
use crate::wait::{quiet, until};

const MARKS: Watermarks = Watermarks {
    low: 32 * 1024,
    high: 64 * 1024,
};

/// Serves a router on a port of this machine, while the trigger
/// is there.
fn served(steps: &Steps, router: Router) -> (SocketAddr, Trigger) {
    let listener = connections::bind((Ipv4Addr::LOCALHOST, 0).into());
    let listener = steps.succeeds("listen", listener);
    let address = listener.local_addr();
    let address = steps.succeeds("the address", address);
    let (trigger, shutdown) = shutdown();
    let limits = ServeLimits {
        connections: 100,
        pause: PATIENCE,
    };
    tokio::spawn(serve(
        listener,
        limits,
        shutdown,
        move |connection| {
            let router = router.clone();
            Box::pin(backpressure::serve_http(connection, router))
        },
    ));
    (address, trigger)
}

/// A client must see that rows are missing: the last chunk does
/// not come.
pub async fn failed_row(steps: Steps) {
    let answer = async || {
        let (cursor, _) = Script::of(100_000, small);
        let cursor = cursor.failing_at(50_000);
        let format = Box::new(JsonArray::default());
        Body::from_stream(rows_to_body(cursor, format, MARKS))
    };
    let router = Router::new().route("/rows", get(answer));
    let (address, _trigger) = served(&steps, router);
    let request = Request::get("/rows");
    steps.step("the same over HTTP, at row 50,000");
    let download = Client::new(address).download(&request).await;
    let download = steps.succeeds("a head", download);
    steps.equal("status", &download.status(), &200);
    steps.holds("the body is incomplete", !download.complete());
    steps.at_least("bytes before it", download.bytes, 1_000_000);
}

/// hyper drops the body of a client that has left.
pub async fn released(steps: Steps) {
    let drops = DropCounter::new();
    let (cursor, counts) = Script::of(1_000_000, small);
    let cursor = cursor.guarded_by(&drops);
    let cursor = Arc::new(std::sync::Mutex::new(Some(cursor)));
    let answer = async move || {
        let cursor = cursor.lock().ok().and_then(|mut one| one.take());
        match cursor {
            Some(cursor) => {
                let format = Box::new(JsonArray::default());
                Body::from_stream(rows_to_body(cursor, format, MARKS))
            }
            None => Body::empty(),
        }
    };
    let router = Router::new().route("/rows", get(answer));
    let (address, _trigger) = served(&steps, router);
    steps.step("a client takes 200,000 bytes over HTTP, and leaves");
    let client = Client::new(address)
        .receive_buffer(16 * 1024)
        .pace(Pace::Leaves(200_000));
    let left = client.download(&Request::get("/rows")).await;
    steps.succeeds("an answer", left);
    let gone = until(|| drops.alive() == 0).await;
    steps.holds("the cursor is released", gone);
    quiet(|| counts.pulled()).await;
    let all = counts.pulled() < 1_000_000;
    steps.holds("not all rows were read", all);
}

/// An answer that must be whole.
async fn ask(
    steps: &Steps,
    address: SocketAddr,
    request: &Request,
) -> (Head, String) {
    steps.repeat_with(request.curl(address));
    let client = Client::new(address).patience(PATIENCE);
    let connection = client.connect().await;
    let mut connection = steps.succeeds("connect", connection);
    let bytes = request.bytes(address);
    let sent = connection.sender.send(&bytes).await;
    steps.succeeds("send the request", sent);
    let head = connection.receiver.final_head().await;
    let head = steps.succeeds("the head of an answer", head);
    let body = connection.receiver.body(&head, request.method());
    let mut body = steps.succeeds("a body", body);
    let mut text = Vec::new();
    while let Some(chunk) =
        steps.succeeds("a chunk", body.next(64 * 1024).await)
    {
        text.extend_from_slice(&chunk);
    }
    (head, String::from_utf8_lossy(&text).into_owned())
}

const JSON: &str = "application/json";
const NDJSON: &str = "application/x-ndjson";
const CSV: &str = "text/csv; charset=utf-8; header=present";

pub async fn forms(steps: Steps) {
    // Some batches of them.
    let rows = 500;
    let stock = Stock::of(&steps, rows);
    stock.write(&steps, "CREATE TABLE \"a b.csv\" (x)");
    // More than the kernel holds for a client that stalls.
    stock.write(
        &steps,
        "CREATE TABLE large (picture BLOB);
         INSERT INTO large WITH RECURSIVE n(v) AS (SELECT 1
         UNION ALL SELECT v + 1 FROM n WHERE v < 16)
         SELECT zeroblob(1048576) FROM n",
    );
    let database = stock.open(&steps, 1, PATIENCE / 100);
    let router = exports::router(Arc::new(database));
    let (address, _trigger) = served(&steps, router);
    for (target, accept, kind) in [
        ("/exports/items", "", JSON),
        ("/exports/items", "*/*", JSON),
        ("/exports/items", "text/html, */*;q=0.8", JSON),
        ("/exports/items", "text/csv", CSV),
        ("/exports/items", "text/*", CSV),
        ("/exports/items", "TEXT/CSV;q=0.1", CSV),
        ("/exports/items", "application/json;q=0.5, text/csv", CSV),
        ("/exports/items", "*/*, application/json;q=0", NDJSON),
        ("/exports/items", "application/jsonl", NDJSON),
        ("/exports/items.json", "text/csv", JSON),
        ("/exports/items.ndjson", "", NDJSON),
        ("/exports/items.csv", "text/html", CSV),
        ("/exports/items.csv?page=2", "", CSV),
    ] {
        steps.step(format!("{target}, for who accepts {accept:?}"));
        let mut request = Request::get(target);
        if !accept.is_empty() {
            request = request.header("Accept", accept);
        }
        let (head, text) = ask(&steps, address, &request).await;
        steps.equal("status", &head.status, &200);
        let told = head.header("Content-Type");
        steps.equal("Content-Type", &told, &Some(kind));
        let seen = match kind {
            JSON => {
                let parsed = text.parse::<JsonValue>();
                let parsed = steps.succeeds("JSON", parsed);
                parsed.get::<Vec<JsonValue>>().map_or(0, Vec::len)
            }
            NDJSON => text.lines().count(),
            _ => steps.succeeds("CSV", records(&text)).len() - 1,
        };
        steps.equal("rows", &seen, &(rows as usize));
    }
    steps.step("a table whose own name has an ending");
    for (target, status) in [
        ("/exports/a%20b.csv", 404),
        ("/exports/a%20b.csv.csv", 200),
        ("/exports/missing.json", 404),
        ("/exports/items.xml", 404),
        ("/exports/items%22%3B--.csv", 404),
        ("/exports/", 404),
    ] {
        let request = Request::get(target);
        let (head, _) = ask(&steps, address, &request).await;
        let what = format!("status of {target}");
        steps.equal(what, &head.status, &status);
    }
    let request =
        Request::get("/exports/items").header("Accept", "image/png");
    let (head, _) = ask(&steps, address, &request).await;
    steps.equal("status for who wants a picture", &head.status, &406);
    let request = Request::head("/exports/items.csv");
    let (head, text) = ask(&steps, address, &request).await;
    steps.equal("status of HEAD", &head.status, &200);
    steps.equal("its body", &text.as_str(), &"");
    busy(&steps, address).await;
}

/// The one connection is taken by a client that stalls.
async fn busy(steps: &Steps, address: SocketAddr) {
    steps.step("a client stalls; the next one is told when to come");
    let request = Request::get("/exports/large.json");
    let client = Client::new(address).receive_buffer(4 * 1024);
    let connection = client.connect().await;
    let mut stalled = steps.succeeds("connect", connection);
    let sent = stalled.sender.send(&request.bytes(address)).await;
    steps.succeeds("send the request", sent);
    let head = stalled.receiver.final_head().await;
    steps.succeeds("the head of an answer", head);
    let (head, _) = ask(steps, address, &request).await;
    steps.equal("status", &head.status, &503);
    let again = head.header("Retry-After");
    let seconds = again.and_then(|text| text.parse::<u32>().ok());
    steps.holds("Retry-After is a number", seconds.is_some());
    drop(stalled);
    let mut status = 503;
    while status == 503 {
        let request = Request::head("/exports/large.json");
        status = ask(steps, address, &request).await.0.status;
    }
    steps.equal("status after it has left", &status, &200);
}
