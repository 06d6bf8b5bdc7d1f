//! The client, against servers that say exactly what a test needs.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::FutureExt;
use lab::payload::{Flaw, Payload};
use lab_net::client::{Error, Hold};
use lab_net::fleet::fleet;
use lab_net::{Client, Connection, Download, Pace, Request, pipe};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

const LENGTH: u64 = 50_000;

fn nowhere() -> Client {
    Client::new(SocketAddr::from(([127, 0, 0, 1], 9)))
}

fn get() -> Request {
    Request::get("/download")
}

fn head(length: u64) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").into_bytes()
}

/// Reads a request up to its empty line.
async fn read_request(server: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(server.read_u8().await.expect("a request"));
    }
    request
}

/// Downloads over a pipe of `capacity` bytes from a server that says `pieces`.
async fn download(
    client: Client,
    capacity: usize,
    pieces: Vec<Vec<u8>>,
) -> Result<Download, Error> {
    let (mut connection, mut server) = pipe::bounded(capacity);
    let serve = async move {
        read_request(&mut server).await;
        for piece in pieces {
            // A client that left is what some tests are about.
            if server.write_all(&piece).await.is_err() {
                return;
            }
            server.flush().await.expect("a pipe needs no flush");
        }
    };
    let request = get();
    let load = client.download_over(&mut connection, &request);
    tokio::join!(load, serve).0
}

fn chunked(payload: &[u8], size: usize) -> Vec<u8> {
    let mut text = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for chunk in payload.chunks(size) {
        text.extend(format!("{:X};x=y\r\n", chunk.len()).bytes());
        text.extend(chunk);
        text.extend(b"\r\n");
    }
    text.extend(b"0\r\nTrailer: t\r\n\r\n");
    text
}

#[tokio::test]
async fn every_framing_is_read_however_it_is_cut() {
    let payload = Payload::new(1500);
    let body = payload.bytes(0..1500);
    let length = [head(1500), body.clone()].concat();
    let interim = [b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(), length.clone()].concat();
    let close = [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), body.clone()].concat();
    for text in [
        length,
        interim,
        close,
        chunked(&body, 7),
        chunked(&body, 999),
    ] {
        for size in [1, 2, 3, 64, usize::MAX] {
            let pieces = text.chunks(size).map(<[u8]>::to_vec).collect();
            let client = nowhere().verify(payload.verifier());
            let load = download(client, 128, pieces).await.expect("a head");
            assert_eq!(load.verdict(), Ok(1500), "in pieces of {size}");
        }
    }
}

#[tokio::test]
async fn a_body_that_ends_early_is_incomplete() {
    let payload = Payload::new(LENGTH);
    let body = payload.bytes(0..LENGTH);
    let short = [head(LENGTH), body[..40_000].to_vec()];
    let mut cut = chunked(&body, 4096);
    cut.truncate(cut.len() - 5);
    for pieces in [short.to_vec(), vec![cut]] {
        let client = nowhere().verify(payload.verifier());
        let load = download(client, 4096, pieces).await.expect("a head");
        assert!(!load.complete());
        let verdict = load.verdict().expect_err("incomplete");
        assert!(verdict.contains("in the middle of the body"), "{verdict}");
    }
}

#[tokio::test]
async fn wrong_bytes_of_the_right_length_are_found() {
    let payload = Payload::new(LENGTH);
    let body = payload.bytes(0..LENGTH);
    let swapped = [&body[4096..8192], &body[..4096], &body[8192..]].concat();
    let client = nowhere().verify(payload.verifier());
    let load = download(client, 4096, vec![head(LENGTH), swapped]).await;
    let load = load.expect("a head");
    assert!(load.complete() && load.bytes == LENGTH);
    assert!(matches!(load.flaw, Some(Flaw::Late { from: 0, .. })));
}

#[tokio::test]
async fn an_answer_without_a_body_ends_at_its_head() {
    let (mut connection, mut server) = pipe::bounded(4096);
    server.write_all(&head(LENGTH)).await.expect("room");
    let request = Request::head("/download");
    let load = nowhere().download_over(&mut connection, &request).await;
    let load = load.expect("a head");
    assert_eq!(load.verdict(), Ok(0));
    assert_eq!(load.head.header("content-length"), Some("50000"));
}

#[tokio::test]
async fn a_chunk_size_that_is_no_number_is_an_error() {
    let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n";
    let load = download(nowhere(), 128, vec![text.as_bytes().to_vec()]).await;
    let verdict = load.expect("a head").verdict().expect_err("no number");
    assert!(verdict.contains("chunk size \"+5\""), "{verdict}");
}

#[tokio::test]
async fn a_server_that_closes_without_an_answer_is_named() {
    let error = download(nowhere(), 128, vec![]).await.expect_err("no head");
    assert!(
        matches!(
            error,
            Error::Ended {
                bytes: 0,
                part: "head"
            }
        ),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_given_up() {
    let (mut connection, _server) = pipe::bounded(4096);
    let load = nowhere().download_over(&mut connection, &get()).await;
    let error = load.expect_err("silence");
    assert!(matches!(error, Error::Silent { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_client_takes_the_time_that_its_rate_says() {
    let body = Payload::new(LENGTH).bytes(0..LENGTH);
    let client = nowhere().pace(Pace::Rate(5_000));
    let load = download(client, 512, vec![head(LENGTH), body]).await;
    let load = load.expect("a head");
    assert!(load.complete());
    // The clock stands still but for the client's own waits: 50 000 / 5 000.
    let seconds = load.time.as_secs_f64();
    assert!((9.9..10.1).contains(&seconds), "{seconds}");
}

/// Writes `bytes` and counts those that the pipe took.
async fn write_counted(
    mut server: DuplexStream,
    bytes: Vec<u8>,
    taken: lab::work::CallCounter,
) -> std::io::Result<()> {
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        let length = server.write(rest).await?;
        taken.add(length as u64);
        rest = &rest[length..];
    }
    Ok(())
}

#[tokio::test]
async fn a_stalled_client_takes_nothing_until_it_is_released() {
    let (mut connection, mut server) = pipe::bounded(1024);
    let (hold, taken) = (Hold::new(), lab::work::CallCounter::new());
    let payload = Payload::new(LENGTH);
    let client = nowhere()
        .pace(Pace::Stalled(hold.clone()))
        .verify(payload.verifier());
    let text = [head(LENGTH), payload.bytes(0..LENGTH)].concat();
    let counted = taken.clone();
    let serve = tokio::spawn(async move {
        read_request(&mut server).await;
        write_counted(server, text, counted).await
    });
    let load =
        tokio::spawn(
            async move { client.download_over(&mut connection, &get()).await },
        );
    hold.reached(1).await;
    assert_eq!(hold.held(), 1);
    // Many turns for a client that would go on reading.
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    // What it read with the head, and what the pipe holds.
    assert!(taken.bytes() <= 4096, "{} bytes", taken.bytes());
    hold.release();
    let load = load.await.expect("no panic").expect("a head");
    assert_eq!(load.verdict(), Ok(LENGTH));
    serve.await.expect("no panic").expect("all written");
}

#[tokio::test]
async fn a_client_that_leaves_breaks_the_servers_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let client = Client::new(address).pace(Pace::Leaves(10_000));
    let serve = tokio::spawn(async move {
        let (mut server, _) = listener.accept().await.expect("a client");
        read_request(&mut server).await;
        let piece = vec![b'x'; 64 * 1024];
        server.write_all(&head(u64::MAX)).await.expect("it reads");
        let mut written = 0_u64;
        while server.write_all(&piece).await.is_ok() {
            written += piece.len() as u64;
        }
        written
    });
    let load = client.download(&get()).await.expect("a head");
    assert!((10_000..20_000).contains(&load.bytes) && !load.complete());
    // It ends: the write failed.
    assert!(serve.await.expect("no panic") < 64 << 20);
}

/// Writes to a client that does not read until the kernel takes no more for a
/// while, and says how much it took. On a busy machine it may say too little.
async fn taken_by_the_kernel(receive_buffer: Option<u32>) -> usize {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_send_buffer_size(4096).expect("a size");
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    socket.bind(any).expect("a free port");
    let listener = socket.listen(1).expect("it listens");
    let mut client = Client::new(listener.local_addr().expect("bound"));
    if let Some(bytes) = receive_buffer {
        client = client.receive_buffer(bytes);
    }
    let _connection = client.connect().await.expect("it listens");
    let (server, _) = listener.accept().await.expect("a client");
    let (piece, mut taken) = ([0; 16 * 1024], 0);
    let quiet = Duration::from_millis(300);
    while let Ok(Ok(())) = tokio::time::timeout(quiet, server.writable()).await {
        taken += server.try_write(&piece).unwrap_or(0);
    }
    taken
}

#[tokio::test]
async fn small_buffers_leave_the_kernel_little_to_take() {
    let taken = taken_by_the_kernel(Some(4096)).await;
    assert!(taken < 64 * 1024, "{taken} bytes");
}

#[tokio::test]
async fn a_client_ends_its_direction_only_when_told_to() {
    for ends in [false, true] {
        let (mut connection, mut server) = pipe::bounded(4096);
        let client = if ends {
            nowhere().half_closing()
        } else {
            nowhere()
        };
        let serve = async {
            read_request(&mut server).await;
            let ended = server.read(&mut [0]).now_or_never().is_some();
            server.write_all(&head(0)).await.expect("room");
            ended
        };
        let request = get();
        let load = client.download_over(&mut connection, &request);
        let (load, ended) = tokio::join!(load, serve);
        assert_eq!((load.expect("a head").status(), ended), (200, ends));
    }
}

#[tokio::test]
async fn an_early_refusal_is_read_while_the_client_still_sends() {
    let (mut connection, mut server) = pipe::bounded(1024);
    let serve = async move {
        read_request(&mut server).await;
        let refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n";
        server.write_all(refusal).await.expect("room");
        server
    };
    let Connection { sender, receiver } = &mut connection;
    let upload = vec![b'x'; 1 << 20];
    let send = async {
        let request = Request::new("POST", "/").header("Content-Length", "1048576");
        let host = SocketAddr::from(([127, 0, 0, 1], 9));
        sender.send(&request.bytes(host)).await.expect("room");
        sender.send(&upload).await
    };
    tokio::select! {
        _ = send => panic!("the server reads no upload"),
        (head, _server) = async { tokio::join!(receiver.head(), serve) } => {
            assert_eq!(head.expect("a head").status, 413);
        }
    }
    assert!(sender.sent() < 4096);
}

#[tokio::test]
async fn the_raw_bytes_of_an_answer_can_be_seen() {
    let (mut connection, mut server) = pipe::bounded(64);
    server.write_all(b"no HTTP at all\n").await.expect("room");
    drop(server);
    let (bytes, error) = connection.receiver.rest(1000).await;
    assert_eq!(&bytes[..], b"no HTTP at all\n");
    assert!(error.is_none());
}

#[tokio::test]
async fn a_closed_port_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let error = Client::new(address).connect().await.expect_err("closed");
    assert!(error.to_string().contains(&address.to_string()), "{error}");
}

async fn answer(mut server: TcpStream, payload: Payload) {
    read_request(&mut server).await;
    let text = [head(LENGTH), payload.bytes(0..LENGTH)].concat();
    server.write_all(&text).await.expect("it reads");
}

#[tokio::test]
async fn a_fleet_downloads_at_the_same_time() {
    const CLIENTS: usize = 20;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let payload = Payload::new(LENGTH);
    let serve = tokio::spawn(async move {
        // All are connected before the first one gets an answer.
        let mut servers = Vec::new();
        for _ in 0..CLIENTS {
            servers.push(listener.accept().await.expect("a client").0);
        }
        fleet(CLIENTS, |_| {
            let server = servers.pop().expect("one each");
            answer(server, payload)
        })
        .await;
    });
    let loads = fleet(CLIENTS, |_| async move {
        let client = Client::new(address).verify(payload.verifier());
        client.download(&get()).await.expect("a head").verdict()
    });
    assert_eq!(loads.await, vec![Ok(LENGTH); CLIENTS]);
    serve.await.expect("no panic");
}
