//! hyper, as the client of our server and as the server of our client.

use std::convert::Infallible;

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
use tokio::net::{TcpListener, TcpStream};

use crate::fetched::fetch;
use crate::site::{Server, squares};

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

/// Each framing that hyper chooses, and an answer that it cuts.
pub async fn server_is_read() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let serving = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            let service = service_fn(async |request| answer(request));
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service);
            // The cut answer is an error of its connection.
            let _ = connection.await;
        }
    });
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
