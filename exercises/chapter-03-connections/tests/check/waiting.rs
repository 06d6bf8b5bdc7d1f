//! Checks of `converse`: how long it waits, and for whom.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use connections::ConversationLimits;
use lab::memory::Mark;
use lab::size::{KIB, MIB};
use lab::{Size, Steps};
use lab_net::peer::{Peer, Seen};
use tokio::time::{Instant, sleep};

use crate::conversation::{
    CURL, IDLE, KINDS, LINGER, answer, expect_at_once, limits, talk,
    talk_over, talk_within,
};
use crate::greedy::TakesNothing;

/// How much a slow client takes at once.
const PIECE: usize = 16 * KIB as usize;

pub async fn flushed(steps: Steps) {
    steps.step("send what curl sends, and end after the answer");
    let peer = Peer::new().sends(CURL.as_bytes());
    let peer = peer.behind_a_buffer().ends_when_answered();
    let (wire, seen) = peer.in_memory();
    let told = seen.clone();
    let look = async {
        // Nothing moves any more: all that is written is there.
        sleep(IDLE / 2).await;
        (told.received(), told.is_ended())
    };
    let (ended, (received, was_ended)) =
        tokio::join!(talk(&steps, wire, &answer), look);
    steps.equal_bytes(
        "the answer, while the client waits",
        &received,
        &answer("/hello"),
    );
    steps.holds(
        "the answer is ended, while the client waits",
        was_ended,
    );
    steps.succeeds("the conversation", ended);
}

pub async fn what_follows(steps: Steps) {
    steps.step("send a request, then x without an end");
    let peer = Peer::new().sends(CURL.as_bytes());
    let (wire, seen) = peer.sends_without_end(b'x').in_memory();
    let ended = talk(&steps, wire, &answer).await;
    steps.succeeds("the conversation", ended);
    steps.equal_bytes("answer", &seen.received(), &answer("/hello"));
    // The request came by itself: nothing else is in the reader.
    let read = seen.sent().saturating_sub(CURL.len() as u64);
    steps.equal("bytes read after it", &read, &(LINGER as u64));

    exact(&steps).await;
    dropped(&steps).await;
    leaves(&steps).await;

    steps.step("send a request, and stay without a word");
    let begin = Instant::now();
    let (wire, seen) = Peer::new().sends(CURL.as_bytes()).in_memory();
    let ended = talk(&steps, wire, &answer).await;
    steps.succeeds("the conversation", ended);
    steps.equal_bytes("answer", &seen.received(), &answer("/hello"));
    expect_waited(&steps, begin);

    steps.step("send a request, and one byte every third of the limit");
    let begin = Instant::now();
    let peer = dripping(Peer::new().sends(CURL.as_bytes()), b"x", 30);
    let (wire, seen) = peer.in_memory();
    let ended = tokio::select! {
        ended = talk(&steps, wire, &answer) => ended,
        () = drip(&seen) => unreachable!("it drips forever"),
    };
    steps.succeeds("the conversation", ended);
    expect_waited(&steps, begin);

    late_client(&steps).await;

    for kind in KINDS {
        for more in [0, 1000] {
            steps.step(format!(
                "send a request, {more} bytes more, then reads fail: \
                 {kind:?}"
            ));
            let peer = Peer::new().sends(CURL.as_bytes());
            let peer = peer.sends(&vec![b'x'; more]).fails(kind);
            let (wire, seen) = peer.in_memory();
            let begin = Instant::now();
            let ended = talk(&steps, wire, &answer).await;
            steps.succeeds("the conversation", ended);
            expect_at_once(&steps, begin);
            steps.equal_bytes(
                "answer",
                &seen.received(),
                &answer("/hello"),
            );
        }
    }
}

/// The bound is exact, whatever it is, and whatever came with the
/// request.
async fn exact(steps: &Steps) {
    for linger in
        [0, 1, 255, 256, 1023, 1025, 8191, 65_535, 65_536, 65_537]
    {
        for held in [0, 500] {
            steps.step(format!(
                "send a request and {held} bytes with it, then x \
                 without an end; {linger} bytes may follow"
            ));
            let mut sent = CURL.as_bytes().to_vec();
            sent.resize(sent.len() + held, b'y');
            let peer = Peer::new().sends(&sent);
            let (wire, seen) = peer.sends_without_end(b'x').in_memory();
            // What the reader holds when the answer begins.
            let (told, before) = (seen.clone(), AtomicU64::new(0));
            let before = Arc::new(before);
            let note = Arc::clone(&before);
            let answers = move |name: &str| {
                note.store(told.sent(), SeqCst);
                answer(name)
            };
            let limits = ConversationLimits { linger, ..limits() };
            let begin = Instant::now();
            let ended = talk_within(steps, wire, &answers, limits);
            steps.succeeds("the conversation", ended.await);
            expect_at_once(steps, begin);
            let read = seen.sent() - before.load(SeqCst);
            steps.equal("bytes read after it", &read, &(linger as u64));
        }
    }
}

/// What follows is dropped, not collected.
async fn dropped(steps: &Steps) {
    let linger = 8 * MIB;
    steps.step(
        "send a request, then x without an end; 8 MiB may follow",
    );
    let peer = Peer::new().sends(CURL.as_bytes());
    let (wire, seen) = peer.sends_without_end(b'x').in_memory();
    let limits = ConversationLimits {
        linger: linger as usize,
        ..limits()
    };
    let mark = Mark::now();
    let ended = talk_within(steps, wire, &answer, limits).await;
    let held = Size(mark.peak());
    steps.succeeds("the conversation", ended);
    let read = seen.sent().saturating_sub(CURL.len() as u64);
    steps.equal("bytes read after it", &read, &linger);
    steps.at_most("memory held for them", held, Size(256 * KIB));
}

/// A client that ends its direction is not waited for any longer.
async fn leaves(steps: &Steps) {
    steps.step(
        "send a request, and end; any number of bytes may follow",
    );
    let peer = Peer::new().sends(CURL.as_bytes()).ends();
    let (wire, seen) = peer.in_memory();
    let any = ConversationLimits {
        linger: usize::MAX,
        ..limits()
    };
    let ended = talk_within(steps, wire, &answer, any).await;
    steps.succeeds("the conversation", ended);
    steps.equal_bytes("answer", &seen.received(), &answer("/hello"));

    // Of these, counts of 16 and 32 bits keep nothing.
    for linger in [usize::MAX, usize::MAX / 2 + 1] {
        steps.step(format!(
            "send a request, 100,000 bytes more, and end; {linger} \
             bytes may follow"
        ));
        let peer = Peer::new().sends(CURL.as_bytes());
        let (wire, seen) =
            peer.sends(&[b'x'; 100_000]).ends().in_memory();
        let limits = ConversationLimits { linger, ..limits() };
        let ended = talk_within(steps, wire, &answer, limits).await;
        steps.succeeds("the conversation", ended);
        let read = seen.sent().saturating_sub(CURL.len() as u64);
        steps.equal("bytes read after it", &read, &100_000);
    }

    for pieces in [0, 1, 100] {
        steps.step(format!(
            "send a request and {pieces} pieces more, and end the \
             direction"
        ));
        let peer = Peer::new().sends(CURL.as_bytes());
        let peer = (0..pieces).fold(peer, |peer, _| peer.sends(b"xyz"));
        let (wire, seen) = peer.ends().in_memory();
        let begin = Instant::now();
        let ended = talk(steps, wire, &answer).await;
        steps.succeeds("the conversation", ended);
        let sent = CURL.len() as u64 + 3 * pieces;
        steps.equal("bytes read in all", &seen.sent(), &sent);
        let reads = seen.reads_after_end();
        steps.at_least("reads of the end", reads, 1);
        expect_at_once(steps, begin);
    }
}

/// Whatever has a limit of its own may take it.
async fn late_client(steps: &Steps) {
    steps.step(
        "take 0.9 of the limit for the request, as long for the \
         answer, and as long for two bytes and the end",
    );
    let peer = Peer::new().stalls().sends(CURL.as_bytes());
    let peer = peer.stalls().sends(b"x").stalls().sends(b"y").ends();
    let (wire, seen) = peer.takes_only(4).in_memory();
    let late = async {
        sleep(IDLE * 9 / 10).await;
        seen.resume();
        sleep(IDLE * 9 / 10).await;
        seen.takes_more(usize::MAX);
        sleep(IDLE / 2).await;
        seen.resume();
        sleep(IDLE * 4 / 10).await;
        seen.resume();
    };
    let talk = talk(steps, wire, &answer);
    let (ended, ()) = tokio::join!(talk, late);
    steps.succeeds("the conversation", ended);
    steps.equal_bytes("answer", &seen.received(), &answer("/hello"));
    let read = seen.sent().saturating_sub(CURL.len() as u64);
    steps.equal("bytes read after the request", &read, &2);
    let reads = seen.reads_after_end();
    steps.at_least("reads of the end", reads, 1);
}

pub async fn half_a_request(steps: Steps) {
    for request in ["", "GET /hel", "GET /hello\r\n", "GET /hello\r\nA"]
    {
        steps.step(format!("send {request:?}, then nothing"));
        let peer = Peer::new().sends(request.as_bytes());
        expect_late(&steps, peer).await;
    }
    steps.step("send a byte of it every third of the limit");
    let peer = CURL
        .bytes()
        .fold(Peer::new(), |peer, byte| dripping(peer, &[byte], 1));
    expect_late(&steps, peer).await;

    steps.step("send a line of it every third of the limit");
    let peer = Peer::new().sends(b"GET /hello HTTP/1.1\r\n");
    expect_late(&steps, dripping(peer, b"A: 1\r\n", 30)).await;
}

pub async fn nobody_takes(steps: Steps) {
    let long = |_: &str| vec![b'x'; 100_000];
    let asks = Peer::new().sends(CURL.as_bytes());
    for (what, error, peer) in [
        ("take 64 bytes", "TimedOut", asks.clone().takes_only(64)),
        (
            "take 16 KiB every third of the limit",
            "TimedOut",
            asks.clone().takes_only(PIECE),
        ),
        (
            "take all, but not its end",
            "TimedOut",
            asks.never_takes_the_end(),
        ),
    ] {
        steps.step(format!("ask for a long answer, and {what}"));
        let (wire, seen) = peer.in_memory();
        let takes = async {
            loop {
                sleep(IDLE / 3).await;
                if what.contains("every") {
                    seen.takes_more(PIECE);
                }
            }
        };
        let begin = Instant::now();
        let ended = tokio::select! {
            ended = talk(&steps, wire, &long) => ended,
            () = takes => unreachable!("it takes forever"),
        };
        let refused = steps.refuses("the conversation", ended);
        steps.variant("the error", &refused, &[error]);
        expect_waited(&steps, begin);
        steps.holds("the connection is closed", seen.is_dropped());
    }
    for room in [0, 64] {
        steps.step(format!(
            "ask for a long answer, take {room} bytes, and then 0 bytes \
             of each write"
        ));
        let asks = Peer::new().sends(CURL.as_bytes());
        let (wire, seen) = asks.in_memory();
        let wire = Box::new(TakesNothing::after(room, wire));
        let ended = talk_over(&steps, wire, &long, limits()).await;
        let refused = steps.refuses("the conversation", ended);
        steps.variant("the error", &refused, &["Io"]);
        steps.holds("the connection is closed", seen.is_dropped());
    }
    for kind in KINDS {
        let asks = || Peer::new().sends(CURL.as_bytes());
        for (what, peer) in [
            ("break off after 64 bytes", asks().breaks_after(64)),
            ("break off before the first", asks().breaks_after(0)),
            ("break off before its end", asks().breaks_at_the_end()),
        ] {
            steps.step(format!(
                "ask for a long answer, and {what}: {kind:?}"
            ));
            let (wire, seen) = peer.breaks_with(kind).in_memory();
            let begin = Instant::now();
            let ended = talk(&steps, wire, &long).await;
            let refused = steps.refuses("the conversation", ended);
            let error = format!("Io(Kind({kind:?}))");
            steps.variant("the error", &refused, &[&error]);
            expect_at_once(&steps, begin);
            steps.holds("the connection is closed", seen.is_dropped());
        }
    }
}

/// The request never becomes whole.
async fn expect_late(steps: &Steps, peer: Peer) {
    let (wire, seen) = peer.in_memory();
    let begin = Instant::now();
    let ended = tokio::select! {
        ended = talk(steps, wire, &answer) => ended,
        () = drip(&seen) => unreachable!("it drips forever"),
    };
    let error = steps.refuses("the conversation", ended);
    steps.variant("the error", &error, &["TimedOut"]);
    expect_waited(steps, begin);
    steps.holds("the connection is closed", seen.is_dropped());
    steps.equal_bytes("the answer", &seen.received(), b"");
}

/// By the clock of the check, which stands still unless everybody
/// waits.
fn expect_waited(steps: &Steps, begin: Instant) {
    let waited = begin.elapsed().as_secs_f64();
    let limit = IDLE.as_secs_f64();
    steps.at_most("seconds waited", waited, limit + 0.1);
    steps.at_least("seconds waited", waited, limit);
}

/// Sends the piece `times` times, with a stall before each.
fn dripping(peer: Peer, piece: &[u8], times: usize) -> Peer {
    (0..times).fold(peer, |peer, _| peer.stalls().sends(piece))
}

/// Ends a stall every third of the limit.
async fn drip(seen: &Seen) {
    loop {
        sleep(IDLE / 3).await;
        seen.resume();
    }
}
