//! Checks of `converse`: what is asked, and what is answered.

use std::io::ErrorKind;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use connections::{
    ConnectionError, ConversationLimits, ResponseFn, Transport,
    converse,
};
use lab::memory::Mark;
use lab::size::KIB;
use lab::{Size, Steps, split};
use lab_net::peer::{Peer, Seen, Wire};
use tokio::time::{Instant, timeout};

/// What curl sends, with `--http0.9`.
pub const CURL: &str = "GET /hello HTTP/1.1\r\n\
    Host: 127.0.0.1:4003\r\nUser-Agent: curl/8.5.0\r\n\
    Accept: */*\r\n\r\n";
/// The longest time for the head, for the answer, and for what
/// follows.
pub const IDLE: Duration = Duration::from_secs(10);
/// How much a client may send after its request.
pub const LINGER: usize = 100_000;
/// The longest head.
const HEAD: usize = 4000;

/// The limits of every check.
pub fn limits() -> ConversationLimits {
    ConversationLimits {
        line: 1000,
        head: HEAD,
        idle: IDLE,
        linger: LINGER,
    }
}

/// The answer to a name.
pub fn answer(name: &str) -> Vec<u8> {
    format!("This is {name}.\n").into_bytes()
}

/// Errors that say nothing about what came before them.
pub const KINDS: [ErrorKind; 10] = [
    ErrorKind::ConnectionReset,
    ErrorKind::BrokenPipe,
    ErrorKind::ConnectionAborted,
    ErrorKind::NotConnected,
    ErrorKind::TimedOut,
    ErrorKind::UnexpectedEof,
    ErrorKind::PermissionDenied,
    ErrorKind::WouldBlock,
    ErrorKind::InvalidData,
    ErrorKind::Other,
];

/// Converses with `wire`, which must end by itself.
pub async fn talk(
    steps: &Steps,
    wire: Wire,
    answers: &ResponseFn,
) -> Result<(), ConnectionError> {
    talk_within(steps, wire, answers, limits()).await
}

/// The same within these limits, of which `idle` is [`IDLE`].
pub async fn talk_within(
    steps: &Steps,
    wire: Wire,
    answers: &ResponseFn,
    limits: ConversationLimits,
) -> Result<(), ConnectionError> {
    talk_over(steps, Box::new(wire), answers, limits).await
}

/// The same over any transport: of one type for every check, for
/// each compiles a conversation.
pub async fn talk_over(
    steps: &Steps,
    transport: Box<dyn Transport>,
    answers: &ResponseFn,
    limits: ConversationLimits,
) -> Result<(), ConnectionError> {
    let talk = converse(transport, answers, &limits);
    // Head, answer and what follows, each with its own limit.
    let ended = timeout(4 * IDLE, talk).await;
    steps.succeeds("an end within the limits", ended)
}

pub async fn name(steps: Steps) {
    let requests = [
        (CURL, "/hello"),
        ("GET /\r\n\r\n", "/"),
        ("GET /a?b=c#d\n\n", "/a?b=c#d"),
        ("get /Hello/%C3%96l\r\n\r\n", "/Hello/%C3%96l"),
        ("anything goes here\r\nX: 1\r\n\r\n", "goes"),
    ];
    for (request, name) in requests {
        let bytes = request.as_bytes();
        for pieces in [
            split::whole(bytes),
            split::every_so_many(bytes, 7),
            split::byte_by_byte(bytes),
        ] {
            steps.step(format!(
                "send {request:?}, {}, and end after the answer",
                pieces.name()
            ));
            let (wire, seen) =
                ending(Peer::new().sends_all(&pieces)).in_memory();
            let asked = Arc::new(Mutex::new(Vec::new()));
            let list = Arc::clone(&asked);
            let answers = move |name: &str| {
                let list = list.lock();
                list.unwrap_or_else(PoisonError::into_inner)
                    .push(name.to_owned());
                answer(name)
            };
            let ended = talk(&steps, wire, &answers).await;
            steps.succeeds("the conversation", ended);
            let asked = asked.lock().map(|list| list.clone());
            let asked = asked.unwrap_or_default();
            steps.equal("names asked for", &asked, &[name].as_slice());
            expect_answer(&steps, &seen, name);
        }
    }
    // An empty line ends the head, also as the first one.
    let nameless: [&[u8]; 7] = [
        b"GET\r\n\r\n",
        b"\r\n",
        b"\r\nGET /hello\r\n\r\n",
        b" \r\nGET /hello\r\n\r\n",
        // A first line that is no UTF-8 names nothing.
        b"GET /\xff\r\n\r\n",
        b"GET /hello \xc3\r\n\r\n",
        b"\xfe /hello\r\n\r\n",
    ];
    for request in nameless {
        let shown = request.escape_ascii();
        steps.step(format!("send \"{shown}\", which names nothing"));
        let peer = Peer::new().sends(request);
        expect_refusal(&steps, peer, "NoName").await;
    }
}

pub async fn half_closed(steps: Steps) {
    for request in [
        "GET /hello\r\n",
        "GET /hello\n",
        "GET /hello HTTP/1.1\r\nHost: a\r\n",
        CURL,
    ] {
        steps.step(format!("send {request:?}, and end the direction"));
        let peer = Peer::new().sends(request.as_bytes()).ends();
        let (wire, seen) = peer.in_memory();
        let begin = Instant::now();
        let ended = talk(&steps, wire, &answer).await;
        steps.succeeds("the conversation", ended);
        expect_at_once(&steps, begin);
        expect_answer(&steps, &seen, "/hello");
        let reads = seen.reads_after_end();
        steps.at_most("reads of the end", reads, 10);
    }
    for (request, error) in [
        ("", "NoName"),
        ("GET /hel", "UnexpectedEnd"),
        ("GET /hello\r\nHost:", "UnexpectedEnd"),
    ] {
        steps.step(format!("send {request:?}, and end the direction"));
        let peer = Peer::new().sends(request.as_bytes()).ends();
        expect_refusal(&steps, peer, error).await;
    }
    for kind in KINDS {
        let error = format!("Io(Kind({kind:?}))");
        for sent in ["", "GET /hello", "GET /hello\r\n"] {
            steps.step(format!(
                "send {sent:?}, then reads fail: {kind:?}"
            ));
            let peer = Peer::new().sends(sent.as_bytes()).fails(kind);
            expect_refusal(&steps, peer, &error).await;
        }
    }
}

pub async fn long_head(steps: Steps) {
    let line = format!("X-Filler: {}\r\n", "x".repeat(88));
    steps.step("a head of 30 lines with 100 bytes each");
    let head = format!("GET /hello\r\n{}\r\n", line.repeat(29));
    let (wire, seen) =
        ending(Peer::new().sends(head.as_bytes())).in_memory();
    let ended = talk(&steps, wire, &answer).await;
    steps.succeeds("the conversation", ended);
    expect_answer(&steps, &seen, "/hello");

    let too_long = format!("HeadTooLong {{ limit: {HEAD} }}");
    let request = "GET /hello".to_owned();
    let full = "x".repeat(1000);
    for (end, more) in [("\n", 0), ("\r\n", 0), ("\n", 1), ("\r\n", 1)]
    {
        let length = HEAD + more;
        steps.step(format!(
            "five lines of {length} bytes in all, without their ends \
             {end:?}; the limit is {HEAD}"
        ));
        let rest = "x".repeat(length - request.len() - 3 * full.len());
        let lines = [&request, &full, &full, &full, &rest, ""];
        let head = lines.map(|line| format!("{line}{end}")).concat();
        let peer = Peer::new().sends(head.as_bytes());
        if more > 0 {
            expect_refusal(&steps, peer, &too_long).await;
            continue;
        }
        let (wire, seen) = ending(peer).in_memory();
        let ended = talk(&steps, wire, &answer).await;
        steps.succeeds("the conversation", ended);
        expect_answer(&steps, &seen, "/hello");
    }

    // A hundred lines, or a thousand, are no reason.
    let first = "GET /hello\n";
    // Lines of blanks are lines: only an empty one ends a head.
    for (bytes, filler) in
        [(HEAD, "a\n"), (HEAD, "ab\n"), (HEAD, " \n"), (HEAD, "\t\n")]
    {
        let each = filler.len() - 1;
        let count = (bytes - (first.len() - 1)) / each;
        steps.step(format!(
            "{count} lines {filler:?} below the first; all lines \
             together are at the limit"
        ));
        let head = format!("{first}{}\n", filler.repeat(count));
        let (wire, seen) =
            ending(Peer::new().sends(head.as_bytes())).in_memory();
        let ended = talk(&steps, wire, &answer).await;
        steps.succeeds("the conversation", ended);
        expect_answer(&steps, &seen, "/hello");

        steps.step("one line more");
        let head = format!("{first}{}\n", filler.repeat(count + 1));
        let peer = Peer::new().sends(head.as_bytes());
        expect_refusal(&steps, peer, &too_long).await;
    }
    largest(&steps).await;

    steps
        .step(format!("a head of 5000 such lines, limit {HEAD} bytes"));
    let mut peer = Peer::new().sends(b"GET /hello\r\n");
    for _ in 0..5000 {
        peer = peer.sends(line.as_bytes());
    }
    let peer = peer.sends(b"\r\n");
    let seen = expect_refusal(&steps, peer, &too_long).await;
    let most = HEAD as u64 + 2 * 64 * KIB;
    steps.at_most("bytes read", Size(seen.sent()), Size(most));

    steps.step("a first line without an end");
    let peer = Peer::new().sends_without_end(b'x');
    expect_refusal(&steps, peer, "LineTooLong").await;
}

/// Limits that limit nothing. What is reserved for them is too
/// much.
async fn largest(steps: &Steps) {
    // A hundred years: there are sums that hold no more.
    let century = Duration::from_secs(3_153_600_000);
    for idle in [century] {
        steps.step(format!(
            "a line and a head without any limit, {} seconds for each",
            idle.as_secs()
        ));
        let any = ConversationLimits {
            line: usize::MAX,
            head: usize::MAX,
            idle,
            linger: LINGER,
        };
        let peer = Peer::new().sends(CURL.as_bytes()).sends(b"x");
        let (wire, seen) = peer.ends().in_memory();
        let mark = Mark::now();
        let ended = talk_within(steps, wire, &answer, any).await;
        steps.succeeds("the conversation", ended);
        let held = Size(mark.peak());
        steps.at_most("memory held", held, Size(4 * 64 * KIB));
        expect_answer(steps, &seen, "/hello");
    }

    // More than 16 bits count.
    let line = format!("{}\n", "x".repeat(1000));
    let length = 10 + 70 * 1000;
    for (head, error) in
        [(length, None), (length - 1, Some("HeadTooLong"))]
    {
        steps.step(format!("a head of {length} bytes, limit {head}"));
        let limits = ConversationLimits { head, ..limits() };
        let sent = format!("GET /hello\n{}\n", line.repeat(70));
        let peer = ending(Peer::new().sends(sent.as_bytes()));
        let (wire, seen) = peer.in_memory();
        let ended = talk_within(steps, wire, &answer, limits).await;
        match error {
            None => {
                steps.succeeds("the conversation", ended);
                expect_answer(steps, &seen, "/hello");
            }
            Some(error) => {
                let seen = steps.refuses("the conversation", ended);
                steps.variant("the error", &seen, &[error]);
            }
        }
    }
}

pub async fn long_answer(steps: Steps) {
    let long: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    for length in [1, 255, 256, 8192, 65_535, 65_536, 65_537] {
        steps.step(format!("an answer of {length} bytes"));
        let peer = ending(Peer::new().sends(CURL.as_bytes()));
        let (wire, seen) = peer.in_memory();
        let body = long[..length].to_vec();
        let answers = move |_: &str| body.clone();
        let ended = talk(&steps, wire, &answers).await;
        steps.succeeds("the conversation", ended);
        steps.equal_bytes(
            "the answer",
            &seen.received(),
            &long[..length],
        );
        steps.holds("the answer is ended", seen.was_ended());
    }
    for short in [7, 1000, usize::MAX] {
        steps.step(format!(
            "the peer takes at most {short} bytes of one write"
        ));
        let peer = ending(Peer::new().sends(CURL.as_bytes()));
        let (wire, seen) = peer.takes_short(short).in_memory();
        let body = long.clone();
        let answers = move |_: &str| body.clone();
        let ended = talk(&steps, wire, &answers).await;
        steps.succeeds("the conversation", ended);
        steps.equal_bytes("the answer", &seen.received(), &long);
        steps.holds("the answer is ended", seen.was_ended());
    }
    steps.step("an empty answer");
    let (wire, seen) =
        ending(Peer::new().sends(CURL.as_bytes())).in_memory();
    let ended = talk(&steps, wire, &|_: &str| Vec::new()).await;
    steps.succeeds("the conversation", ended);
    steps.equal_bytes("the answer", &seen.received(), b"");
    steps.holds("the answer is ended", seen.was_ended());
    let reads = seen.reads_after_end();
    steps.at_least("reads of the client's end", reads, 1);
}

/// A client ends its direction when it has its answer.
fn ending(peer: Peer) -> Peer {
    peer.ends_when_answered()
}

/// Nobody was waited for, by the clock of the check.
pub fn expect_at_once(steps: &Steps, begin: Instant) {
    let waited = begin.elapsed().as_millis();
    steps.at_most("milliseconds waited for nobody", waited, 1);
}

/// The answer came whole, and was ended.
fn expect_answer(steps: &Steps, seen: &Seen, name: &str) {
    steps.equal_bytes("the answer", &seen.received(), &answer(name));
    steps.holds("the answer is ended", seen.was_ended());
    steps.holds("the connection is closed", seen.is_dropped());
}

/// The request is an error, and gets no answer.
async fn expect_refusal(
    steps: &Steps,
    peer: Peer,
    expected: &str,
) -> Seen {
    let (wire, seen) = peer.in_memory();
    let begin = Instant::now();
    let ended = talk(steps, wire, &answer).await;
    let error = steps.refuses("the conversation", ended);
    steps.variant("the error", &error, &[expected]);
    expect_at_once(steps, begin);
    steps.equal_bytes("the answer", &seen.received(), b"");
    steps.holds("the connection is closed", seen.is_dropped());
    seen
}
