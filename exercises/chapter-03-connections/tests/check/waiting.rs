//! Checks of `converse`: how long it waits, and for whom.

use lab::size::KIB;
use lab::{Size, Steps};
use lab_net::peer::{Peer, Seen};
use tokio::time::{Instant, sleep};

use crate::conversation::{CURL, IDLE, LINGER, answer, talk};

pub async fn flushed(steps: Steps) {
    steps.step("send what curl sends, keep the connection open");
    let peer = Peer::new().sends(CURL.as_bytes());
    let (wire, seen) = peer.behind_a_buffer().in_memory();
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
    let most = (CURL.len() + LINGER) as u64 + 2 * 64 * KIB;
    steps.at_most("bytes read", Size(seen.sent()), Size(most));

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
        () = drip(&seen) => unreachable!("it drips for ever"),
    };
    steps.succeeds("the conversation", ended);
    expect_waited(&steps, begin);

    steps.step("send a request, and reset the connection");
    let peer = Peer::new().sends(CURL.as_bytes()).resets();
    let (wire, _seen) = peer.in_memory();
    let ended = talk(&steps, wire, &answer).await;
    steps.succeeds("the conversation", ended);
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
    steps.step("send a request, and take 64 bytes of a long answer");
    let peer = Peer::new().sends(CURL.as_bytes());
    let (wire, seen) = peer.takes_only(64).in_memory();
    let begin = Instant::now();
    let long = |_: &str| vec![b'x'; 100_000];
    let ended = talk(&steps, wire, &long).await;
    let error = steps.refuses("the conversation", ended);
    steps.variant("the error", &error, &["TimedOut"]);
    expect_waited(&steps, begin);
    steps.holds("the connection is closed", seen.is_dropped());
}

/// The request never becomes whole.
async fn expect_late(steps: &Steps, peer: Peer) {
    let (wire, seen) = peer.in_memory();
    let begin = Instant::now();
    let ended = tokio::select! {
        ended = talk(steps, wire, &answer) => ended,
        () = drip(&seen) => unreachable!("it drips for ever"),
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
    let waited = begin.elapsed().as_secs();
    let limit = IDLE.as_secs();
    steps.at_most("seconds waited", waited, limit + 1);
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
