//! The progress of a long job, as server-sent events: old progress may
//! be dropped.
//!
//! ```text
//! cargo run -q -p primer --example progress            two clients
//! cargo run -q -p primer --example progress -- serve   for `curl`
//! cargo run -q -p primer --example progress -- clients what they cost
//! ```

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::{Stream, StreamExt, stream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch::{Receiver, channel};
use tokio::time::{sleep, timeout};

const COMMAND: &str =
    "cargo run -q -p primer --example progress -- clients";
const REQUEST: &[u8] = b"GET /progress HTTP/1.1\r\nHost: here\r\n\r\n";
const HEARTBEAT: Duration = Duration::from_secs(15);

// ANCHOR: events
/// The events of one client that has seen `seen` percent.
fn events(job: Receiver<u32>, seen: u32) -> impl Stream<Item = String> {
    stream::unfold((job, seen), |(mut job, seen)| async move {
        if seen == 100 {
            return None;
        }
        let newer = job.wait_for(|percent| *percent > seen);
        let newer = timeout(HEARTBEAT, newer).await;
        match newer.map(|seen| seen.map(|percent| *percent)) {
            Ok(Ok(now)) => {
                let text = format!("id: {now}\ndata: {now} %\n\n");
                Some((text, (job, now)))
            }
            Ok(Err(_)) => None, // the job is gone
            Err(_) => Some((": still here\n\n".into(), (job, seen))),
        }
    })
}
// ANCHOR_END: events

// ANCHOR: handler
async fn progress(
    State(job): State<Receiver<u32>>,
    headers: HeaderMap,
) -> Response {
    let seen = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok())
        .unwrap_or(0);
    if seen >= 100 {
        return StatusCode::NO_CONTENT.into_response();
    }
    let chunks = events(job, seen).map(Ok::<_, Infallible>);
    let head = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (head, Body::from_stream(chunks)).into_response()
}
// ANCHOR_END: handler

/// A job of ten seconds.
async fn serve() -> std::io::Result<()> {
    let (job, watcher) = channel(0);
    tokio::spawn(async move {
        for percent in 1..=100 {
            sleep(Duration::from_millis(100)).await;
            job.send_replace(percent);
        }
        // Whoever asks later still finds the 100.
        job.closed().await;
    });
    let listener = TcpListener::bind("127.0.0.1:3300").await?;
    println!("http://{}/progress", listener.local_addr()?);
    axum::serve(listener, routes(watcher)).await
}

fn routes(job: Receiver<u32>) -> Router {
    let poll = |State(job): State<Receiver<u32>>| async move {
        job.borrow().to_string()
    };
    Router::new()
        .route("/progress", get(progress))
        .route("/poll", get(poll))
        .with_state(job)
}

/// Resident memory in KiB, on Linux.
fn resident() -> std::io::Result<usize> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let figure = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(figure.and_then(|kib| kib.parse().ok()).unwrap_or(0))
}

/// Connects clients that wait for the next event, and prints the
/// contents of `book/measured/progress.json`.
async fn clients() -> std::io::Result<()> {
    const CLIENTS: usize = 400;
    let (job, watcher) = channel(1);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async {
        axum::serve(listener, routes(watcher)).await
    });
    let mut connected = Vec::new();
    let mut before = 0;
    for number in 0..=CLIENTS {
        let mut client = TcpStream::connect(address).await?;
        client.write_all(REQUEST).await?;
        assert_ne!(client.read(&mut [0; 1024]).await?, 0, "closed");
        connected.push(client);
        if number == 0 {
            before = resident()?;
        }
    }
    job.send_replace(2);
    for client in &mut connected {
        assert_ne!(client.read(&mut [0; 1024]).await?, 0, "closed");
    }
    let each = (resident()? - before) as f64 / CLIENTS as f64;
    println!("{{");
    println!("  \"clients\": {CLIENTS},");
    println!("  \"command\": \"{COMMAND}\",");
    println!("  \"kib_a_client\": {each:.1}");
    println!("}}");
    Ok(())
}

// ANCHOR: main
#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("serve") => return serve().await,
        Some("clients") => return clients().await,
        _ => {}
    }
    let (job, watcher) = channel(0);
    let mut fast = pin!(events(watcher.clone(), 0));
    let mut slow = pin!(events(watcher.clone(), 0));
    for percent in (10..=100).step_by(10) {
        job.send_replace(percent);
        if let Some(event) = fast.next().await {
            println!("fast: {event:?}");
        }
        if percent % 40 == 0
            && let Some(event) = slow.next().await
        {
            println!("slow:     {event:?}");
        }
    }
    while let Some(event) = slow.next().await {
        println!("slow:     {event:?}");
    }
    let back = events(watcher, 90).collect::<Vec<_>>().await;
    println!("back after 90: {back:?}");
    Ok(())
}
// ANCHOR_END: main
