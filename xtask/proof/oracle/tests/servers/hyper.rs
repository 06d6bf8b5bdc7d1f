//! hyper, as the client of our server and as the server of our client.

use std::convert::Infallible;
use std::net::SocketAddr;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use messages::BodyLength;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::fetched::fetch;
use crate::site::{PATIENCE, Server, squares};

type Sender = SendRequest<BoxBody<Bytes, Infallible>>;

/// One connection, several requests, each body to its end.
pub async fn client_reads_our_site() {
    let server = Server::small_site();
    let stream = TcpStream::connect(server.address).await;
    let stream = stream.expect("a connection");
    let (mut sender, connection) =
        handshake(TokioIo::new(stream)).await.expect("HTTP/1.1");
    let running = tokio::spawn(connection);

    let page = ask(&mut sender, "GET", "/", "").await;
    assert!(page.1.starts_with("<!doctype html>"), "{page:?}");
    let picture = ask(&mut sender, "GET", "/picture.svg?size=large", "").await;
    assert!(picture.1.starts_with("<svg "), "{picture:?}");
    let download = ask(&mut sender, "GET", "/squares.csv", "").await;
    assert!(
        download.1 == squares(),
        "{} bytes of chunks",
        download.1.len()
    );
    let head = ask(&mut sender, "HEAD", "/squares.csv", "").await;
    assert_eq!(head, (StatusCode::OK, String::new()));
    let missing = ask(&mut sender, "GET", "/nothing.html", "").await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    // With a body that nobody reads, and one more request behind it.
    let posted = ask(&mut sender, "POST", "/", "GET /hidden HTTP/1.1").await;
    assert_eq!(posted.0, StatusCode::METHOD_NOT_ALLOWED);
    let again = ask(&mut sender, "GET", "/index.html", "").await;
    assert_eq!(again.0, StatusCode::OK);
    assert_eq!(server.asked().len(), 7, "{:?}", server.asked());
    drop(sender);
    running.await.expect("no panic").expect("no error");
}

async fn ask(
    sender: &mut Sender,
    method: &str,
    target: &str,
    body: &str,
) -> (StatusCode, String) {
    let body = match body {
        "" => Empty::new().boxed(),
        text => Full::new(Bytes::from(text.to_owned())).boxed(),
    };
    let request = Request::builder()
        .method(method)
        .uri(target)
        .header("Host", "localhost")
        .body(body)
        .expect("a request");
    sender.ready().await.expect("the connection stays open");
    let response: Response<Incoming> =
        sender.send_request(request).await.expect("an answer");
    let status = response.status();
    let body = response.into_body().collect().await.expect("a whole body");
    (status, String::from_utf8_lossy(&body.to_bytes()).into())
}

/// What the table on the page about axum says of hyper: when a new version changes
/// one of these, the table changes too.
pub async fn is_as_lenient_as_we_say() {
    let (address, serving) = serving().await;
    let fields = |count: usize| "A: b\r\n".repeat(count);
    let large = |length: usize| format!("A: {}\r\n", "x".repeat(length));
    let head = |lines: &str| format!("GET /exact HTTP/1.1\r\n{lines}\r\n");
    for (request, status) in [
        (head("Host: a\r\n"), "200"),
        (head(""), "200"),
        (head("Host: a\r\nHost: b\r\n"), "200"),
        ("GET /exact HTTP/1.1\nHost: a\n\n".to_owned(), "200"),
        (head("Host : a\r\n"), "400"),
        (head("Host: a\r\n b\r\n"), "400"),
        (head("Content-Length: +5\r\n"), "400"),
        (head("Content-Length: 5\r\nContent-Length: 6\r\n"), "400"),
        (head("Transfer-Encoding: gzip\r\n"), "400"),
        (head(&fields(100)), "200"),
        (head(&fields(101)), "431"),
        (head(&large(400_000)), "200"),
        (head(&large(1_000_000)), "431"),
    ] {
        let said = raw(address, &request).await;
        let shown: String = request.chars().take(80).collect();
        let seen = said.get(9..12).unwrap_or_default();
        // A reset behind a refusal can destroy it on its way.
        let lost = status == "431" && said.is_empty();
        assert!(lost || seen == status, "{shown:?}: {said}, not {status}");
    }
    let both = "GET /exact HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\
                Content-Length: 5\r\n\r\n0\r\n\r\nGET /exact HTTP/1.1\r\n\r\n";
    let said = raw(address, both).await.to_ascii_lowercase();
    assert!(said.contains("connection: close"), "{said}");
    assert_eq!(said.matches("http/1.1 200").count(), 1, "{said}");
    serving.abort();
}

/// Sends these bytes, ends the direction, and reads what comes.
async fn raw(address: SocketAddr, request: &str) -> String {
    let stream = TcpStream::connect(address).await.expect("a connection");
    let (mut read, mut write) = stream.into_split();
    let bytes = request.as_bytes().to_vec();
    let sending = tokio::spawn(async move {
        // A refusal may come before all of it is sent.
        let _ = write.write_all(&bytes).await;
        let _ = write.shutdown().await;
    });
    let mut said = Vec::new();
    // And may be followed by a reset.
    let _ = timeout(PATIENCE, read.read_to_end(&mut said)).await;
    sending.abort();
    String::from_utf8_lossy(&said).into_owned()
}

/// A server of hyper's, one connection after the other.
async fn serving() -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let task = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            let service = service_fn(async |request| answer(request));
            let connection = hyper::server::conn::http1::Builder::new()
                .half_close(true)
                .serve_connection(TokioIo::new(stream), service);
            // A cut answer is an error of its connection.
            let _ = connection.await;
        }
    });
    (address, task)
}

/// Each framing that hyper chooses, and an answer that it cuts.
pub async fn server_is_read() {
    let (address, serving) = serving().await;
    let exact = fetch(address, "GET", "/exact").await;
    assert_eq!(
        (exact.length, exact.error.is_none()),
        (BodyLength::Exact(5), true)
    );
    assert_eq!(exact.body, b"hello");
    let chunked = fetch(address, "GET", "/chunked").await;
    assert_eq!(chunked.length, BodyLength::Chunked);
    assert_eq!(
        (chunked.body.len(), chunked.error.is_none()),
        (500_000, true)
    );
    let head = fetch(address, "HEAD", "/exact").await;
    assert_eq!((head.status, head.length), (200, BodyLength::None));
    let nothing = fetch(address, "GET", "/nothing").await;
    assert_eq!((nothing.status, nothing.length), (204, BodyLength::None));
    let cut = fetch(address, "GET", "/cut").await;
    assert!(cut.is_incomplete(), "{cut:?}");
    serving.abort();
}

type Failing = BoxBody<Bytes, &'static str>;

fn answer(request: Request<Incoming>) -> Result<Response<Failing>, Infallible> {
    let pieces = |count: usize, cut: bool| {
        let piece = || Ok(Frame::data(Bytes::from_static(&[b'x'; 1000])));
        let mut pieces: Vec<_> = (0..count).map(|_| piece()).collect();
        if cut {
            pieces.push(Err("the disk is gone"));
        }
        BodyExt::boxed(StreamBody::new(stream::iter(pieces)))
    };
    let text = |text: &'static str| {
        Full::new(Bytes::from(text))
            .map_err(|never| match never {})
            .boxed()
    };
    let mut response = Response::new(match request.uri().path() {
        "/exact" => text("hello"),
        "/chunked" => pieces(500, false),
        "/cut" => pieces(50, true),
        _ => text(""),
    });
    if request.uri().path() == "/nothing" {
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
    Ok(response)
}
