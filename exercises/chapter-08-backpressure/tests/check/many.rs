//! Checks with many clients, over pipes in memory.

use std::sync::{Arc, Mutex, PoisonError};

use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::{KIB, MIB};
use lab::work::CallCounter;
use lab::{Size, Steps};
use lab_net::Request;
use lab_net::client::Connection;
use lab_net::pipe;
use tokio::io::DuplexStream;

use crate::PATIENCE;
use crate::body::quiet;
use crate::served::{PIPE, SERVED, counting};
use crate::server::{NOBODY, Server};

/// What a connection may cost besides: hyper's buffer for heads,
/// the client's own, tasks.
const CONNECTION: u64 = 64 * KIB;

/// The counts of the bodies, in the order in which they began.
type Counts = Arc<Mutex<Vec<CallCounter>>>;

pub async fn sixty_four(steps: Steps) {
    const CLIENTS: u64 = 64;
    const CEILING: u64 = CLIENTS * (SERVED + CONNECTION);
    let payload = Payload::new(8 * MIB);
    steps.step("64 clients ask for 8 MiB each, and stall");
    let mark = Mark::now();
    let (server, counts) = start(payload);
    let stalled = stall(&steps, &server, CLIENTS as usize).await;
    all_settled(&counts).await;
    quiet(|| mark.peak()).await;
    let peak = mark.peak();
    steps.at_most("memory", Size(peak), Size(CEILING));
    steps.note(format!(
        "{} for {CLIENTS} clients, {} for each",
        Size(peak),
        Size(peak / CLIENTS)
    ));
    drop(stalled);
}

pub async fn two_hundred(steps: Steps) {
    const CLIENTS: usize = 200;
    let payload = Payload::stamped(256 * MIB);
    steps.step("200 clients ask for 256 MiB each, and stall");
    let (server, counts) = start(payload);
    let mut stalled = stall(&steps, &server, CLIENTS).await;
    all_settled(&counts).await;
    let read: Vec<u64> =
        each(&counts).iter().map(CallCounter::bytes).collect();
    steps.equal("bodies", &read.len(), &CLIENTS);
    let most = read.iter().copied().max().unwrap_or(0);
    steps.at_most("bytes read ahead", Size(most), Size(SERVED));
    steps.step("one of them continues, and takes a megabyte");
    let before = all(&counts);
    let mut taken = 0;
    if let Some((client, head)) = stalled.first_mut() {
        let body = client.receiver.body(head, "GET");
        let mut body = steps.succeeds("the body", body);
        while taken < MIB {
            let bytes = body.next(PIPE).await;
            let bytes = steps.succeeds("bytes", bytes);
            taken += bytes.map_or(MIB, |bytes| bytes.len() as u64);
        }
    }
    all_settled(&counts).await;
    let more = all(&counts) - before;
    // Its queue may have had room before.
    steps.at_most("read for it", Size(more), Size(taken + SERVED));
    steps.note(format!(
        "at most {} read ahead for each of {CLIENTS} clients, of {} \
         that may be",
        Size(most),
        Size(SERVED)
    ));
}

fn start(payload: Payload) -> (Server, Counts) {
    let counts = Counts::default();
    let kept = Arc::clone(&counts);
    let server = Server::start(move || {
        let work = CallCounter::new();
        let body = counting(payload, &work);
        let mut kept =
            kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(work);
        body
    });
    (server, counts)
}

/// A client that has read the head of its answer.
type Stalled = (Connection<DuplexStream>, lab_net::client::Head);

/// So many clients ask, read the head, and nothing more.
async fn stall(
    steps: &Steps,
    server: &Server,
    clients: usize,
) -> Vec<Stalled> {
    let request = Request::get("/download").bytes(NOBODY);
    let mut stalled = Vec::with_capacity(clients);
    for _ in 0..clients {
        let (client, end) = pipe::bounded(PIPE);
        let mut client = client.patience(PATIENCE);
        server.accept(end);
        let sent = client.sender.send(&request).await;
        steps.succeeds("send the request", sent);
        let head = client.receiver.final_head().await;
        let head = steps.succeeds("the head comes", head);
        stalled.push((client, head));
    }
    stalled
}

fn each(counts: &Counts) -> Vec<CallCounter> {
    let counts = counts.lock();
    counts.unwrap_or_else(PoisonError::into_inner).clone()
}

fn all(counts: &Counts) -> u64 {
    each(counts).iter().map(CallCounter::bytes).sum()
}

async fn all_settled(counts: &Counts) {
    quiet(|| all(counts)).await;
}
