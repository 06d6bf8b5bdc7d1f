//! Checks of how long an import waits: an origin and a DNS server in
//! memory, and a clock that stands still while anything can be done.

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use connections::Dial;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use lab::Steps;
use lab_net::dns::{Datagrams, Memory, Responder, Zone};
use messages::HeadLimits;
use names::{ByteStream, Datagram, Resolver, RetrySchedule, Servers};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{Instant, sleep};
use uploads::{ImportError, Importer, Incoming, UploadLimits};

/// How long these importers wait for each thing.
const PATIENCE: Duration = Duration::from_secs(10);
/// Almost all of it.
const MOST: Duration = Duration::from_secs(9);
const AGES: Duration = Duration::from_secs(1000);

const ZONE: &str = "\
example.org. 60 SOA ns.example.org. a.example.org. 1 2 3 4 60
three.example.org. 60 A 93.184.216.34
three.example.org. 60 A 93.184.216.35
three.example.org. 60 A 93.184.216.36
";
const URL: &str = "http://three.example.org/x";

/// A way to an origin that takes its time.
#[derive(Debug, Clone)]
struct Slow {
    /// How many of the addresses never answer.
    silent: usize,
    /// How long the next one takes to connect.
    connecting: Duration,
    /// How long the head of the response takes.
    head: Duration,
    /// How long each chunk takes after the one before.
    chunks: [Duration; 3],
    dialled: Arc<AtomicUsize>,
}

impl Slow {
    fn new() -> Self {
        Self {
            silent: 0,
            connecting: Duration::ZERO,
            head: Duration::ZERO,
            chunks: [Duration::ZERO; 3],
            dialled: Arc::default(),
        }
    }

    async fn serve(self, mut pipe: DuplexStream) -> io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(pipe.read_u8().await?);
        }
        sleep(self.head).await;
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
        pipe.write_all(head).await?;
        for (took, chunk) in self.chunks.iter().zip(CHUNKS) {
            sleep(*took).await;
            pipe.write_all(chunk).await?;
        }
        Ok(())
    }
}

const CHUNKS: [&[u8]; 3] = [b"abc", b"def", b"ghi"];

impl Dial for Slow {
    type Transport = DuplexStream;

    async fn dial(&self, _: SocketAddr) -> io::Result<DuplexStream> {
        let before = self.dialled.fetch_add(1, Ordering::Relaxed);
        if before < self.silent {
            return pending().await;
        }
        sleep(self.connecting).await;
        let (here, there) = duplex(1024);
        tokio::spawn(self.clone().serve(there));
        Ok(here)
    }
}

/// The DNS server as chapter 2 knows servers.
struct InMemory(Memory);

struct Way(Datagrams);

impl Servers for InMemory {
    fn address(&self) -> SocketAddr {
        self.0.address()
    }

    fn datagram(&self) -> BoxFuture<'_, io::Result<Box<dyn Datagram>>> {
        let way = Way(self.0.datagrams());
        Box::pin(async { Ok(Box::new(way) as Box<dyn Datagram>) })
    }

    fn stream(&self) -> BoxFuture<'_, io::Result<Box<dyn ByteStream>>> {
        let stream = self.0.stream();
        Box::pin(async { Ok(Box::new(stream) as Box<dyn ByteStream>) })
    }
}

impl Datagram for Way {
    fn send<'a>(
        &'a mut self,
        message: &'a [u8],
    ) -> BoxFuture<'a, io::Result<()>> {
        self.0.send(message);
        Box::pin(async { Ok(()) })
    }

    fn receive<'a>(
        &'a mut self,
        buffer: &'a mut [u8],
    ) -> BoxFuture<'a, io::Result<(usize, SocketAddr)>> {
        Box::pin(async { Ok(self.0.receive(buffer).await) })
    }
}

async fn fetch(
    steps: &Steps,
    dial: &Slow,
) -> Result<Incoming, ImportError> {
    let zone: Zone = steps.succeeds("a zone", ZONE.parse());
    let server = InMemory(Memory::new(Responder::new(zone)));
    let mut id = 0;
    let random = move || {
        id += 1;
        id
    };
    let importer = Importer {
        resolver: Resolver::new(
            Box::new(server),
            RetrySchedule::default(),
            Box::new(random),
        ),
        dial: dial.clone(),
        exceptions: Default::default(),
        patience: PATIENCE,
        head: HeadLimits::default(),
        limits: UploadLimits::default(),
        folder: PathBuf::new(),
    };
    let fetch = importer.fetch(URL);
    let fetched = tokio::time::timeout(AGES, fetch).await;
    steps.succeeds("the fetch ends", fetched)
}

/// Reads the bodies, and waits before it asks for each chunk.
async fn read(
    steps: &Steps,
    incoming: Incoming,
    before_each: Duration,
) -> Vec<u8> {
    let mut source = incoming.source;
    let mut bytes = Vec::new();
    loop {
        sleep(before_each).await;
        let next = tokio::time::timeout(AGES, source.next()).await;
        let next = steps.succeeds("a chunk, or the end", next);
        let Some(chunk) = next else {
            return bytes;
        };
        let chunk = steps.succeeds("the next chunk", chunk);
        bytes.extend_from_slice(&chunk);
    }
}

pub async fn whole(steps: Steps) {
    patient(&steps).await;
    slow_disk(&steps).await;
    silent(&steps).await;
}

/// Nothing here takes longer than the patience, and all of it
/// together takes much longer.
async fn patient(steps: &Steps) {
    steps.step("two addresses are silent, and the third is slow");
    let slow = Slow {
        silent: 2,
        connecting: MOST,
        head: MOST,
        chunks: [MOST; 3],
        ..Slow::new()
    };
    let started = Instant::now();
    let incoming = fetch(steps, &slow).await;
    let incoming = steps.succeeds("the head of a response", incoming);
    let dialled = slow.dialled.load(Ordering::Relaxed);
    steps.equal("addresses that were dialed", &dialled, &3);
    let waited = started.elapsed().as_secs();
    // On a clock that stands still: 10 for each silent address, 9
    // for the third, and 9 for the head.
    steps.equal("seconds until the head", &waited, &38);
    let bytes = read(steps, incoming, Duration::ZERO).await;
    steps.equal_bytes("the body", &bytes, &CHUNKS.concat());
}

/// What a slow disk takes between two chunks is not the origin's.
async fn slow_disk(steps: &Steps) {
    for disk in [MOST, 2 * PATIENCE, 10 * PATIENCE] {
        let took = disk.as_secs();
        steps.step(format!("the disk takes {took} s for each chunk"));
        // A chunk comes a second after it is asked for.
        let each = disk + Duration::from_secs(1);
        let slow = Slow {
            chunks: [each; 3],
            ..Slow::new()
        };
        let incoming = fetch(steps, &slow).await;
        let incoming =
            steps.succeeds("the head of a response", incoming);
        let bytes = read(steps, incoming, disk).await;
        steps.equal_bytes("the body", &bytes, &CHUNKS.concat());
    }
}

/// And none of the waits is longer.
async fn silent(steps: &Steps) {
    let kept = Slow::new();
    for (what, seconds, slow) in [
        (
            "no address answers",
            30,
            Slow {
                silent: 3,
                ..kept.clone()
            },
        ),
        (
            "the head does not come",
            10,
            Slow {
                head: AGES,
                ..kept.clone()
            },
        ),
        (
            "the third chunk does not come",
            28,
            Slow {
                chunks: [MOST, MOST, AGES],
                ..kept
            },
        ),
    ] {
        steps.step(what);
        slow.dialled.store(0, Ordering::Relaxed);
        let started = Instant::now();
        let error = match fetch(steps, &slow).await {
            Err(error) => error.to_string(),
            Ok(mut incoming) => loop {
                match incoming.source.next().await {
                    Some(Ok(_)) => {}
                    Some(Err(error)) => break error.to_string(),
                    None => break "none".to_owned(),
                }
            },
        };
        let waited = started.elapsed().as_secs();
        let late = format!("seconds until the error: {error}");
        steps.equal(late, &waited, &seconds);
    }
}
