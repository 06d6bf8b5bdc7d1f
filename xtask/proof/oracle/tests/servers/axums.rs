//! axum, asked what the page about it says.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::site::PATIENCE;

/// Each row of the page's table that is about axum and not about hyper alone.
pub async fn does_what_we_say() {
    let made = Arc::new(AtomicUsize::new(0));
    let counted = made.clone();
    let download = async move || {
        counted.fetch_add(1, Ordering::SeqCst);
        "hello"
    };
    let router = Router::new()
        .route("/download", get(download))
        .route("/read", post(async |body: Bytes| format!("{}", body.len())))
        .route("/unread", post(async || "no, thanks"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let serving = tokio::spawn(axum::serve(listener, router).into_future());

    let head = ask(address, "HEAD /download HTTP/1.1\r\nHost: a").await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(head.ends_with("\r\n\r\n"), "no body: {head}");
    assert!(head.contains("content-length: 5\r\n"), "{head}");
    assert!(head.contains("\r\ndate: "), "{head}");
    let calls = made.load(Ordering::SeqCst);
    assert_eq!(calls, 1, "the handler ran for HEAD");

    for (request, status) in [
        ("GET /download HTTP/1.1\r\nHost: a", "200"),
        ("GET /download?x=1 HTTP/1.1\r\nHost: a", "200"),
        ("GET /download HTTP/1.1", "200"),
        ("GET /download HTTP/1.1\r\nHost: a\r\nHost: b", "200"),
        ("GET /%64ownload HTTP/1.1\r\nHost: a", "404"),
        ("PUT /download HTTP/1.1\r\nHost: a", "405"),
    ] {
        let said = ask(address, request).await;
        assert_eq!(said.get(9..12), Some(status), "{request:?}: {said}");
        if status == "405" {
            assert!(said.contains("\r\nallow: GET,HEAD\r\n"), "{said}");
        }
    }

    // Whoever waits to be asked is asked by a handler that reads, and only by it.
    for (target, status) in [("/read", "100"), ("/unread", "200")] {
        let lines = "Host: a\r\nExpect: 100-continue\r\nContent-Length: 5";
        let request = format!("POST {target} HTTP/1.1\r\n{lines}");
        let said = first(address, &request).await;
        assert_eq!(said.get(9..12), Some(status), "{target}: {said}");
    }

    // What is not read of a large body ends the connection; a small one is discarded.
    let body = "x".repeat(8 << 20);
    let large = format!(
        "POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let after = "GET /download HTTP/1.1\r\nHost: a\r\n\r\n";
    let small = "POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
    let last = "GET /download HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let said = raw(address, &format!("{small}{last}")).await;
    assert_eq!(said.matches("HTTP/1.1 200").count(), 2, "{said}");
    let before = made.load(Ordering::SeqCst);
    let said = raw(address, &format!("{large}{after}")).await;
    assert!(said.matches("HTTP/1.1 ").count() <= 1, "{said}");
    assert_eq!(made.load(Ordering::SeqCst), before);
    serving.abort();
}

/// Everything that comes for a request after which the client ends its direction.
async fn ask(address: SocketAddr, lines: &str) -> String {
    raw(address, &format!("{lines}\r\nConnection: close\r\n\r\n")).await
}

async fn raw(address: SocketAddr, request: &str) -> String {
    let stream = TcpStream::connect(address).await.expect("a connection");
    let (mut read, mut write) = stream.into_split();
    let bytes = request.as_bytes().to_vec();
    // An answer may come, and the connection end, before all of it is sent.
    let sending = tokio::spawn(async move {
        let _ = write.write_all(&bytes).await;
        write
    });
    let mut said = Vec::new();
    let _ = timeout(PATIENCE, read.read_to_end(&mut said)).await;
    sending.abort();
    String::from_utf8_lossy(&said).into_owned()
}

/// What comes first, while the connection stays open.
async fn first(address: SocketAddr, lines: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let head = format!("{lines}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("it is sent");
    let mut bytes = vec![0; 1024];
    let read = timeout(PATIENCE, stream.read(&mut bytes)).await;
    let length = read.expect("an answer in time").expect("an answer");
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}
