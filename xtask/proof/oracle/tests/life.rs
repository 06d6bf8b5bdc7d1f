//! A connection's life on chapter 4's server: clients that are too slow, and a
//! server that is asked to stop. The clock is paused, and the transport in memory.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use connections::{BoxError, Connection, Trigger};
use messages::{Fields, HeadLimits, Reply, ReplyBody, RequestLine, Site, serve_site};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinHandle;
use tokio::time::Instant;

const IDLE: Duration = Duration::from_secs(30);
const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// A client, and the server that it talks to.
struct Desk {
    client: DuplexStream,
    trigger: Trigger,
    life: JoinHandle<Result<(), BoxError>>,
}

#[tokio::test(start_paused = true)]
async fn a_client_that_says_nothing_hears_nothing() {
    let mut desk = Desk::new();
    let start = Instant::now();
    assert_eq!(desk.rest().await, "");
    assert_eq!(start.elapsed(), IDLE);
    assert!(desk.life.await.expect("no panic").is_ok());
}

#[tokio::test(start_paused = true)]
async fn half_a_head_gets_408() {
    let mut desk = Desk::new();
    desk.say("GET / HTTP/1.1\r\nHost").await;
    let said = desk.rest().await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    assert!(said.contains("Connection: close\r\n"), "{said}");
    assert!(desk.life.await.expect("no panic").is_err());
}

#[tokio::test(start_paused = true)]
async fn a_head_that_drips_gets_408_all_the_same() {
    let mut desk = Desk::new();
    let start = Instant::now();
    for letter in GET.bytes().take(20) {
        tokio::time::sleep(Duration::from_secs(2)).await;
        if start.elapsed() < IDLE {
            desk.say(&char::from(letter).to_string()).await;
        }
    }
    let said = desk.rest().await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
}

#[tokio::test(start_paused = true)]
async fn half_a_body_gets_408() {
    let mut desk = Desk::new();
    desk.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhell")
        .await;
    let said = desk.rest().await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
}

#[tokio::test(start_paused = true)]
async fn each_head_has_the_whole_time() {
    let mut desk = Desk::new();
    for _ in 0..3 {
        tokio::time::sleep(IDLE - Duration::from_secs(1)).await;
        desk.say(GET).await;
        let said = desk.answer().await;
        assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_ends_idle_connections() {
    let mut desk = Desk::new();
    desk.say(GET).await;
    desk.answer().await;
    let start = Instant::now();
    desk.trigger.request();
    assert_eq!(desk.rest().await, "");
    assert!(start.elapsed() < IDLE);
    assert!(desk.life.await.expect("no panic").is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_answers_what_was_begun() {
    let mut desk = Desk::new();
    desk.say("GET / HTTP/1.1\r\nHo").await;
    tokio::task::yield_now().await;
    desk.trigger.request();
    tokio::time::sleep(Duration::from_secs(1)).await;
    desk.say("st: a\r\n\r\n").await;
    let said = desk.rest().await;
    assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
    assert!(said.contains("Connection: close\r\n"), "{said}");
    assert!(said.ends_with("\r\n\r\nhello"), "{said}");
}

impl Desk {
    fn new() -> Desk {
        let (client, transport) = duplex(4096);
        let (trigger, shutdown) = connections::shutdown();
        let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
        let connection = Connection {
            transport,
            peer,
            shutdown,
        };
        let site: Arc<Site> = Arc::new(|_: &RequestLine, _: &Fields| Reply {
            status: 200,
            fields: Fields::default(),
            body: ReplyBody::Whole(b"hello".to_vec()),
        });
        let life = serve_site(connection, site, HeadLimits::default(), IDLE);
        Desk {
            client,
            trigger,
            life: tokio::spawn(life),
        }
    }

    async fn say(&mut self, text: &str) {
        let sent = self.client.write_all(text.as_bytes()).await;
        sent.expect("the server is there");
    }

    /// What one write of the server brings.
    async fn answer(&mut self) -> String {
        let mut bytes = vec![0; 4096];
        let length = self.client.read(&mut bytes).await.expect("an answer");
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    /// Everything, up to the end of the connection.
    async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        let read = self.client.read_to_end(&mut bytes).await;
        read.expect("an end");
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
