//! Checks of what comes out: every byte, once, in order, and then
//! the right end.

use std::io::{self, ErrorKind, Seek, SeekFrom};
use std::ops::Range;

use backpressure::{FileBody, PIECE};
use futures_util::FutureExt;
use http_body::Body;
use http_body_util::BodyExt;
use lab::payload::Payload;
use lab::size::MIB;
use lab::{Size, Steps};

use crate::ahead::counted;
use crate::body::{failure, kind, next, piece, rest, settled};
use crate::clock::Clock;
use crate::disk::{BROKEN, Broken, Disk};
use crate::{MARK, PATIENCE};

/// The mark is wide enough for the whole payload: nobody waits here.
pub async fn range(steps: Steps) {
    let payload = Payload::new(MIB + 7);
    let piece = PIECE as u64;
    for range in [
        0..payload.length(),
        0..0,
        0..1,
        100_000..100_001,
        100_000..100_000,
        0..piece,
        piece..2 * piece,
        piece - 1..3 * piece + 1,
        payload.length() - 1..payload.length(),
        payload.length()..payload.length(),
        // It ends before it begins.
        Range { start: 9, end: 3 },
    ] {
        let mut source = Disk::new(payload, |source| source);
        let stands = source.seek(SeekFrom::Start(1000));
        steps.succeeds("seek", stands);
        steps.step(format!(
            "read bytes {range:?} of a source that stands at 1000"
        ));
        let end = range.end.max(range.start);
        let mut left = end - range.start;
        let mut verifier = payload.verifier_of(range.start..end);
        let mut body =
            FileBody::queued(source, range, 2 * MIB as usize);
        loop {
            let hint = body.size_hint().exact();
            steps.equal("bytes still to come", &hint, &Some(left));
            let Some(piece) = next(&steps, &mut body).await else {
                break;
            };
            let piece = steps.succeeds("a piece", piece);
            steps.at_most("its length", piece.len(), PIECE);
            left = left.saturating_sub(piece.len() as u64);
            verifier.feed(&piece);
        }
        steps.succeeds("the bytes", verifier.finish());
    }

    for signals in [1, 300] {
        steps.step(format!(
            "a disk that is interrupted before each read; how often: \
             {signals}"
        ));
        let source = Disk::new(payload, |source| source);
        let source = source.with_signals(signals);
        let whole = 0..payload.length();
        let mark = 2 * MIB as usize;
        let mut body = FileBody::queued(source, whole, mark);
        let mut verifier = payload.verifier();
        rest(&steps, &mut body, &mut verifier).await;
        steps.succeeds("the bytes", verifier.finish());
    }
}

/// Errors of a disk. Each of them means that bytes are missing.
const KINDS: [ErrorKind; 9] = [
    ErrorKind::WouldBlock,
    ErrorKind::TimedOut,
    ErrorKind::NotFound,
    ErrorKind::ConnectionReset,
    ErrorKind::BrokenPipe,
    ErrorKind::UnexpectedEof,
    ErrorKind::PermissionDenied,
    ErrorKind::InvalidData,
    ErrorKind::Other,
];

/// The body ends with the disk's own error.
async fn broken(steps: &Steps, body: FileBody, expected: ErrorKind) {
    let error = failure(steps, body).await;
    steps.equal("error", &kind(&error), &Some(expected));
    let said = error.as_ref().map(ToString::to_string);
    let said = said.unwrap_or_default();
    steps.equal("what the error says", said.as_str(), BROKEN);
    let error = error.as_ref();
    let error = error.and_then(|error| error.downcast_ref());
    let inner = error.and_then(io::Error::get_ref);
    steps.holds(
        "it is the disk's own error, and no new one",
        inner.is_some_and(|inner| inner.is::<Broken>()),
    );
}

/// Offsets and lengths that don't fit into 32 bits, and the
/// largest mark.
pub async fn large(steps: Steps) {
    const LARGE: u64 = 4 << 30;
    let payload = Payload::stamped(LARGE + 10);
    for (range, most) in [
        (0..LARGE + 10, 3 * PIECE as u64),
        (1..LARGE + 1, 3 * PIECE as u64),
        (LARGE + 3..LARGE + 10, 7),
        (LARGE - 5..LARGE + 10, 15),
    ] {
        steps.step(format!("read bytes {range:?}, the first {most}"));
        let source = Disk::new(payload, |source| source);
        let length = range.end - range.start;
        let mut verifier =
            payload.verifier_of(range.start..range.start + most);
        let mut body = FileBody::queued(source, range, MARK);
        let hint = body.size_hint().exact();
        steps.equal("bytes still to come", &hint, &Some(length));
        let mut taken = 0;
        while taken < most {
            let piece = piece(&steps, &mut body).await;
            let new = (piece.len() as u64).min(most - taken);
            verifier.feed(&piece[..new as usize]);
            taken += new;
        }
        steps.succeeds("the bytes", verifier.finish());
    }
    let payload = Payload::new(MIB + 7);
    steps.step("a mark of usize::MAX; take every piece");
    let (mut body, _) = counted(payload, usize::MAX);
    let mut verifier = payload.verifier();
    rest(&steps, &mut body, &mut verifier).await;
    steps.succeeds("the bytes", verifier.finish());
}

/// With each of these marks the queue says "wait" many times.
pub async fn wait_is_no_end(steps: Steps) {
    let payload = Payload::new(MIB + 7);
    for mark in [0, PIECE, MARK] {
        steps.step(format!("a mark of {mark}; let the reader wait"));
        let (mut body, work) = counted(payload, mark);
        settled(&work).await;
        steps.step("take every piece");
        let mut verifier = payload.verifier();
        let bytes = rest(&steps, &mut body, &mut verifier).await;
        let all = Size(payload.length());
        steps.equal("bytes that came", &Size(bytes), &all);
        steps.succeeds("the bytes", verifier.finish());
    }
}

pub async fn once(steps: Steps) {
    let payload = Payload::new(MIB + 7);
    for mark in [0, PIECE, MARK] {
        steps.step(format!("a mark of {mark}; let the reader wait"));
        let (mut body, work) = counted(payload, mark);
        settled(&work).await;
        steps.step("take every piece");
        let mut bytes = 0;
        // As many as come, also when there are too many.
        while let Some(Ok(piece)) = next(&steps, &mut body).await {
            bytes += piece.len() as u64;
        }
        let all = Size(payload.length());
        steps.at_most("bytes that came", Size(bytes), all);
    }
}

/// The queue is full before each piece is taken.
pub async fn slow_client(steps: Steps) {
    let payload = Payload::new(2 * MIB + 7);
    steps.step("wait for a full queue before each 64 KiB");
    let (mut body, work) = counted(payload, MARK);
    let mut verifier = payload.verifier();
    // Pieces may be small, and then there are many.
    let mut fresh = PIECE;
    loop {
        if fresh >= PIECE {
            settled(&work).await;
            fresh = 0;
        }
        let Some(piece) = next(&steps, &mut body).await else {
            break;
        };
        let piece = steps.succeeds("a piece", piece);
        fresh += piece.len();
        verifier.feed(&piece);
    }
    steps.succeeds("every byte", verifier.finish());
}

/// The clock is the check's own: an hour is over as soon as
/// everybody waits, and so is every time-out within it. Only the first wait
/// is so long: whoever looks again and again is not to look for
/// ever, and has a check of its own.
pub async fn cancelled(steps: Steps) {
    let payload = Payload::new(MIB + 7);
    steps.step("let an hour pass, and a minute before each piece");
    let (mut body, _) = counted(payload, MARK);
    let mut verifier = payload.verifier();
    let mut clock = Clock::default();
    clock.pass(PATIENCE * 360).await;
    loop {
        clock.pass(PATIENCE * 6).await;
        // One look at the piece, and the wait for it is dropped.
        let piece = match body.frame().now_or_never() {
            Some(piece) => piece,
            None => body.frame().await,
        };
        let Some(piece) = piece else { break };
        let piece = steps.succeeds("a piece", piece);
        verifier.feed(&piece.into_data().unwrap_or_default());
    }
    steps.succeeds("every byte", verifier.finish());
}

pub async fn short_source(steps: Steps) {
    steps.expect_panics();
    let payload = Payload::new(MIB);
    let length = payload.length();
    for range in [
        0..length + 1,
        length..length + 1,
        length + 9..length + 10,
        length - 1..u64::MAX,
        0..u64::MAX,
    ] {
        steps.step(format!("read bytes {range:?} of {length}"));
        let source = Disk::new(payload, |source| source);
        let body = FileBody::queued(source, range, MARK);
        let error = failure(&steps, body).await;
        let unexpected = Some(ErrorKind::UnexpectedEof);
        steps.equal("error", &kind(&error), &unexpected);
    }
    for at in [0, 300_000, length - 1] {
        for expected in KINDS {
            steps.step(format!(
                "a disk that fails at byte {at} with {expected:?}"
            ));
            let source = Disk::new(payload, |source| source);
            let source = source.failing_once(at, expected);
            let body = FileBody::queued(source, 0..length, MARK);
            broken(&steps, body, expected).await;
        }
    }
    for range in [0..length, 0..1, length - 1..length] {
        for expected in [ErrorKind::NotSeekable].iter().chain(&KINDS) {
            steps.step(format!(
                "read bytes {range:?} of a disk that cannot be \
                 sought: {expected:?}"
            ));
            let source = Disk::new(payload, |source| source);
            let source = source.failing_seek(*expected);
            let range = range.clone();
            let body = FileBody::queued(source, range, MARK);
            broken(&steps, body, *expected).await;
        }
    }
    for at in [0, 300_000, length - 1] {
        steps.step(format!("a read that panics at byte {at}"));
        let source = Disk::new(payload, |source| source);
        let source = source.panicking_from(at);
        let body = FileBody::queued(source, 0..length, MARK);
        // Which error it is, nobody says.
        let error = failure(&steps, body).await;
        steps.holds("the body fails", error.is_some());
    }
    steps.step("a seek that panics, before the first byte");
    let source = Disk::new(payload, |source| source);
    let source = source.panicking_seeks();
    let body = FileBody::queued(source, 1..length, MARK);
    let error = failure(&steps, body).await;
    steps.holds("the body fails", error.is_some());
}
