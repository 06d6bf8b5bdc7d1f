//! A server with one page: axum's `Router`, on other data.
//!
//! ```text
//! cargo run -q -p primer --example clock
//! ```

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

// ANCHOR: router
struct Zone {
    name: &'static str,
}

fn clock_server(zone: Zone) -> Router {
    Router::new()
        .route("/clock", get(clock))
        .fallback(nothing_here)
        .with_state(Arc::new(zone))
}

async fn clock(State(zone): State<Arc<Zone>>) -> String {
    format!("half past noon in {}", zone.name)
}

async fn nothing_here() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "Only /clock is here.")
}
// ANCHOR_END: router

/// Sends a request, and returns the response with its head.
async fn ask(server: SocketAddr, line: &str) -> io::Result<String> {
    let mut socket = TcpStream::connect(server).await?;
    let head = format!(
        "{line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await?;
    let mut response = String::new();
    socket.read_to_string(&mut response).await?;
    Ok(response)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    let router = clock_server(Zone { name: "Lisbon" });
    let serving = axum::serve(listener, router);
    tokio::spawn(async { serving.await });
    for line in [
        "GET /clock",
        "GET /clock?x=1",
        "HEAD /clock",
        "GET /clock/",
        "POST /clock",
    ] {
        let response = ask(server, line).await?;
        let (head, body) =
            response.split_once("\r\n\r\n").unwrap_or_default();
        let status = head.get(9..12).unwrap_or_default();
        let allow = head.lines().find(|line| line.starts_with("allow"));
        println!(
            "{line}: {status} {}{body}",
            allow.unwrap_or_default()
        );
    }
    Ok(())
}
