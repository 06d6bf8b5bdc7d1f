//! The stages of one download stand still where the simulator "Where do the bytes hide?"
//! says: chapter 7's queue and hyper exactly, and the kernel within its bounds.

use std::convert::Infallible;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::stream;
use http_body_util::StreamBody;
use hyper::Response;
use hyper::body::{Body, Frame};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use lab::trace::{Row, Table};
use tokio::io::{AsyncWriteExt, duplex};
use watermark::{Consumer, Producer, Watermarks, queue};

const KIB: u64 = 1024;
const CHUNK: u64 = 64 * KIB;
const FILE: u64 = 64 * KIB * KIB;
/// The stages between the file and the client's program.
const STAGES: [&str; 5] = ["queue", "hyper", "unsent", "flight", "arrived"];
/// So often each task may go on, before nothing is expected to move any more.
const ROUNDS: u64 = 10_000;

fn table() -> Table {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = file.join("../../../book/traces/window.tsv");
    Table::read(&file).expect("the table can be read")
}

fn bytes(row: &Row<'_>, name: &str) -> u64 {
    let number = row.number(name).expect("a number");
    number.expect("a cell") * KIB
}

fn sum(row: &Row<'_>, stages: &[&str]) -> u64 {
    stages.iter().map(|stage| bytes(row, stage)).sum()
}

#[test]
fn no_byte_is_lost_in_any_row() {
    for case in table().cases() {
        for row in &case.rows {
            let all = sum(row, &STAGES) + sum(row, &["file", "read"]);
            assert_eq!(all, FILE, "{}, line {}", case.name, row.line());
        }
    }
}

/// A producer that listens, until nobody takes anything any more. It counts bytes.
async fn produce(producer: Producer<Bytes>, pushed: Arc<AtomicU64>) {
    let chunk = Bytes::from_static(&[0; CHUNK as usize]);
    loop {
        // A queue takes a chunk at once, whether the send waits then or not.
        pushed.fetch_add(CHUNK, Ordering::Relaxed);
        if producer.send(chunk.clone()).await.is_err() {
            return;
        }
    }
}

/// The chunks of a queue as a body. It counts bytes.
fn body(
    consumer: Consumer<Bytes>,
    pulled: Arc<AtomicU64>,
) -> impl Body<Data = Bytes, Error = Infallible> {
    let chunks = stream::unfold(consumer, move |mut consumer| {
        let pulled = Arc::clone(&pulled);
        async move {
            let chunk = consumer.pop().await.ok()??;
            pulled.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            Some((Ok(Frame::data(chunk)), consumer))
        }
    });
    StreamBody::new(chunks)
}

/// What the queue has taken from its producer, and what hyper has taken from the queue,
/// when a client asks and reads nothing.
async fn stalled(row: &Row<'_>) -> (u64, u64) {
    let (mut client, server) = duplex(bytes(row, "send") as usize);
    let mark = bytes(row, "mark") as usize;
    let (producer, consumer) = queue(Watermarks::new(mark / 2, mark));
    let (pushed, pulled) = (Arc::default(), Arc::default());
    let producing = tokio::spawn(produce(producer, Arc::clone(&pushed)));
    let answer = Response::new(body(consumer, Arc::clone(&pulled)));
    let answer = Mutex::new(Some(answer));
    let service = service_fn(move |_| {
        let answer = answer.lock().expect("no panic").take();
        let answer = answer.expect("one request");
        async { Ok::<_, Infallible>(answer) }
    });
    let buffer = bytes(row, "buffer") as usize;
    let serving = http1::Builder::new()
        .max_buf_size(buffer)
        .serve_connection(TokioIo::new(server), service);
    let serving = tokio::spawn(serving);
    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    client.write_all(request).await.expect("room for a request");
    for _ in 0..ROUNDS {
        tokio::task::yield_now().await;
    }
    serving.abort();
    producing.abort();
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    (of(&pushed), of(&pulled))
}

#[tokio::test]
async fn hyper_and_the_queue_stop_where_the_table_says() {
    let mut followed = 0;
    for case in table().cases() {
        let last = case.rows.last().expect("a row");
        // A pipe in memory has no second buffer, as a kernel at the other end has.
        if bytes(last, "receive") > 0 {
            continue;
        }
        let (pushed, pulled) = stalled(last).await;
        let expected = sum(last, &STAGES[1..]);
        assert_eq!(pulled, expected, "{}: taken by hyper", case.name);
        // It goes on at the low mark, so it may stop a little below the high one.
        let (level, mark) = (pushed - pulled, bytes(last, "mark"));
        assert!(
            level > mark / 2 && level <= mark,
            "{}: {level} bytes in the queue",
            case.name
        );
        followed += 1;
    }
    assert!(followed >= 3, "{followed} cases");
}

/// Sockets whose buffers were set. On Linux: elsewhere the kernels have other rules.
#[cfg(target_os = "linux")]
mod kernel {
    use std::net::SocketAddr;
    use std::time::Duration;

    use tokio::net::{TcpSocket, TcpStream};
    use tokio::time::timeout;

    /// More than a kernel keeps for a socket of ours.
    const LOOK: usize = 1024 * 1024;

    /// A server's socket and its client's, both with buffers of `asked` bytes.
    async fn pair(asked: u32) -> (TcpStream, TcpStream) {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_send_buffer_size(asked).expect("a size");
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        socket.bind(any).expect("a free port");
        let listener = socket.listen(1).expect("it listens");
        let client = TcpSocket::new_v4().expect("a socket");
        client.set_recv_buffer_size(asked).expect("a size");
        let address = listener.local_addr().expect("bound");
        let client = client.connect(address).await.expect("it listens");
        let (server, _) = listener.accept().await.expect("a client");
        (server, client)
    }

    /// What lies in the receive buffer. It stays there.
    async fn arrived(client: &TcpStream) -> usize {
        let mut room = vec![0; LOOK];
        client.peek(&mut room).await.expect("it is connected")
    }

    /// Writes until the kernel takes nothing for a while, and says how much it took.
    async fn fill(server: &TcpStream) -> usize {
        let (chunk, mut written) = ([0; 1024], 0);
        let quiet = Duration::from_millis(300);
        while let Ok(Ok(())) = timeout(quiet, server.writable()).await {
            written += server.try_write(&chunk).unwrap_or(0);
        }
        written
    }

    #[tokio::test]
    async fn the_clients_buffer_fills_first_and_then_the_servers() {
        // What is asked for, and the room that the simulator gives both together.
        for (asked, room) in [(4 * 1024, 12 * 1024), (64 * 1024, 256 * 1024)] {
            let (server, client) = pair(asked).await;
            server.writable().await.expect("it is connected");
            let first = server.try_write(&[0; 1024]).expect("room");
            while arrived(&client).await < first {
                tokio::task::yield_now().await;
            }
            let mut written = first + fill(&server).await;
            let here = arrived(&client).await;
            assert!(here < written, "all {written} bytes arrived");
            // A write goes on only when a good part is free again: one byte is not
            // enough. On a busy machine, room that was there before is seen late.
            let mut is_full = false;
            for _ in 0..5 {
                assert!(client.try_read(&mut [0]).is_ok());
                let more = fill(&server).await;
                is_full |= more == 0;
                written += more;
            }
            assert!(is_full, "writable after each byte");
            // A kernel counts its own bookkeeping too, and rounds.
            let bounds = room / 2..=room * 2;
            assert!(bounds.contains(&written), "{written} bytes for {asked}");
        }
    }
}
