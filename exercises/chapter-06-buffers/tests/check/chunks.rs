//! Checks of what `Chunks` reads.

use std::io::{self, ErrorKind, Read};

use buffers::Chunks;
use bytes::Bytes;
use lab::Steps;
use lab::payload::Payload;
use lab::size::MIB;
use lab::split;

use crate::source::{Given, Script, Source};

/// The next chunk, which must be there.
pub fn expect_chunk<R: Read>(
    steps: &Steps,
    chunks: &mut Chunks<R>,
) -> Bytes {
    let next = steps.succeeds("the next chunk", chunks.next());
    match next {
        Some(chunk) => chunk,
        None => steps.fail("a chunk", "the end"),
    }
}

/// The next chunk must be the end.
fn expect_end<R: Read>(steps: &Steps, chunks: &mut Chunks<R>) {
    let next = steps.succeeds("the end", chunks.next());
    steps.equal("what comes after the last byte", &next, &None);
}

/// Sizes at which somebody could think that they are large enough.
const SIZES: [usize; 8] =
    [255, 256, 8192, 65_535, 65_536, 65_537, 1_048_577, 5_000_000];

pub fn short_reads(steps: Steps) {
    let input = Payload::new(40).bytes(0..40);
    for (size, pieces) in [
        (16, split::whole(&input)),
        (64, split::whole(&input)),
        (16, split::every_so_many(&input, 5)),
        (8, split::every_so_many(&input, 13)),
        (1, split::whole(&input)),
        (16, split::byte_by_byte(&input)),
        (40, split::in_two(&input, 39)),
    ] {
        let name = pieces.name();
        steps.step(format!(
            "read 40 bytes that come {name}, at most {size} at a time"
        ));
        let (source, log) = Source::new(pieces.reader());
        let mut chunks = Chunks::new(source, size);
        let mut seen = Vec::new();
        while seen.len() < input.len() {
            let chunk = expect_chunk(&steps, &mut chunks);
            let read = log.take();
            steps.equal("reads for one chunk", &read.len(), &1);
            let Given { asked, length, .. } = read[0];
            steps.equal("bytes that it was asked for", &asked, &size);
            let what =
                "bytes of the chunk, of which the read gave so many";
            steps.equal(what, &chunk.len(), &length);
            steps.at_most("bytes of the chunk", chunk.len(), size);
            seen.extend_from_slice(&chunk);
        }
        steps.equal_bytes("all chunks", &seen, &input);
    }
    for size in SIZES {
        steps.step(format!("read 4 bytes, at most {size} at a time"));
        let script = Script::of(vec![Ok(b"four")]);
        let asked = script.asked();
        let mut chunks = Chunks::new(script, size);
        let chunk = expect_chunk(&steps, &mut chunks);
        let what = "bytes that it was asked for";
        steps.equal(what, &asked.take(), &vec![size]);
        steps.equal_bytes("the chunk", &chunk, b"four");
    }
    steps.step("read 1 MiB while the size changes");
    let payload = Payload::new(MIB);
    let (source, log) = Source::new(payload.reader());
    let mut chunks = Chunks::new(source, SIZES[0]);
    let mut verifier = payload.verifier();
    for size in [7, 0].into_iter().chain(SIZES).cycle() {
        chunks.set_size(size);
        let next = steps.succeeds("the next chunk", chunks.next());
        let Some(chunk) = next else { break };
        for Given { asked, .. } in log.take() {
            let what = "bytes that it was asked for";
            steps.equal(what, &asked, &size.max(1));
        }
        verifier.feed(&chunk);
    }
    steps.succeeds("the bytes", verifier.finish());
    steps.step("a size of 0 means 1: read 2 bytes");
    let mut chunks = Chunks::new(&b"ab"[..], 0);
    for expected in ["a", "b"] {
        let chunk = expect_chunk(&steps, &mut chunks);
        steps.equal_bytes("the chunk", &chunk, expected.as_bytes());
    }
}

pub fn end(steps: Steps) {
    for size in [16, 1, 0] {
        steps.step(format!("read an empty file, {size} at a time"));
        expect_end(&steps, &mut Chunks::new(&b""[..], size));
    }
    for input in [&b"four"[..], b"sixteen bytes !!"] {
        let shown = input.escape_ascii();
        steps.step(format!(
            "read \"{shown}\", 16 at a time, and then the end"
        ));
        let mut chunks = Chunks::new(input, 16);
        expect_chunk(&steps, &mut chunks);
        expect_end(&steps, &mut chunks);
    }
    steps.step("read 4 bytes, the end, and what comes after it");
    let script =
        Script::of(vec![Ok(b"four"), Ok(b""), Ok(b"more"), Ok(b"")]);
    let asked = script.asked();
    let mut chunks = Chunks::new(script, 16);
    let chunk = expect_chunk(&steps, &mut chunks);
    steps.equal_bytes("the chunk", &chunk, b"four");
    expect_end(&steps, &mut chunks);
    steps.equal("reads up to the end", &asked.take(), &vec![16; 2]);
    for _ in 0..3 {
        expect_end(&steps, &mut chunks);
    }
    let after = asked.take().len();
    steps.equal("reads after the end", &after, &0);
}

pub fn interrupted(steps: Steps) {
    let interrupted = || Err(io::Error::from(ErrorKind::Interrupted));
    steps.step("a read is interrupted twice, then delivers 4 bytes");
    let script = vec![
        interrupted(),
        interrupted(),
        Ok(&b"four"[..]),
        interrupted(),
        Ok(b"more"),
        interrupted(),
    ];
    let script = Script::of(script);
    let asked = script.asked();
    let mut chunks = Chunks::new(script, 16);
    for (expected, reads) in [("four", 3), ("more", 2)] {
        let chunk = expect_chunk(&steps, &mut chunks);
        steps.equal_bytes("the chunk", &chunk, expected.as_bytes());
        let what = "bytes that each read was asked for";
        steps.equal(what, &asked.take(), &vec![16; reads]);
    }
    expect_end(&steps, &mut chunks);
    steps.step(
        "a read is interrupted 100,000 times, and delivers 4 bytes",
    );
    let mut script: Vec<_> =
        (0..100_000).map(|_| interrupted()).collect();
    script.push(Ok(b"four"));
    let mut chunks = Chunks::new(Script::of(script), 16);
    let chunk = expect_chunk(&steps, &mut chunks);
    steps.equal_bytes("the chunk", &chunk, b"four");
}

/// Whatever a read can fail with, but for an interruption.
const KINDS: [ErrorKind; 26] = [
    ErrorKind::ConnectionReset,
    ErrorKind::BrokenPipe,
    ErrorKind::UnexpectedEof,
    ErrorKind::WouldBlock,
    ErrorKind::TimedOut,
    ErrorKind::InvalidData,
    ErrorKind::InvalidInput,
    ErrorKind::ConnectionAborted,
    ErrorKind::ConnectionRefused,
    ErrorKind::NotConnected,
    ErrorKind::AddrNotAvailable,
    ErrorKind::NetworkDown,
    ErrorKind::NetworkUnreachable,
    ErrorKind::HostUnreachable,
    ErrorKind::NotFound,
    ErrorKind::IsADirectory,
    ErrorKind::PermissionDenied,
    ErrorKind::StaleNetworkFileHandle,
    ErrorKind::OutOfMemory,
    ErrorKind::WriteZero,
    ErrorKind::StorageFull,
    ErrorKind::ResourceBusy,
    ErrorKind::Deadlock,
    ErrorKind::Unsupported,
    ErrorKind::NotSeekable,
    ErrorKind::Other,
];

/// Every other error comes through, with what it says.
pub fn failed(steps: Steps) {
    for kind in KINDS {
        for before in [None, Some(&b"four"[..])] {
            let when = match before {
                None => "at once",
                Some(_) => "after 4 bytes",
            };
            steps.step(format!("a read fails {when}: {kind:?}"));
            let mut script: Vec<_> =
                before.map(Ok).into_iter().collect();
            script.push(Err(io::Error::from(ErrorKind::Interrupted)));
            script.push(Err(io::Error::new(kind, "the cause")));
            let mut chunks = Chunks::new(Script::of(script), 16);
            if let Some(bytes) = before {
                let chunk = expect_chunk(&steps, &mut chunks);
                steps.equal_bytes("the chunk", &chunk, bytes);
            }
            let error = steps.refuses("the next chunk", chunks.next());
            steps.equal("the kind of error", &error.kind(), &kind);
            let said = error.to_string();
            steps.equal("what it says", &said.as_str(), &"the cause");
        }
    }
    steps.step("a read fails with a number of the system: 5");
    let script = vec![Err(io::Error::from_raw_os_error(5))];
    let mut chunks = Chunks::new(Script::of(script), 16);
    let error = steps.refuses("the next chunk", chunks.next());
    let number = error.raw_os_error();
    steps.equal("the number", &number, &Some(5));
}
