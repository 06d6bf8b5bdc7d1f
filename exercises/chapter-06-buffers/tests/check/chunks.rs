//! Checks of what `Chunks` reads.

use std::io::{self, ErrorKind, Read};

use buffers::Chunks;
use bytes::Bytes;
use lab::Steps;
use lab::payload::Payload;
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
        expect_end(&steps, &mut chunks);
    }
    steps.step("a size of 0 means 1: read 2 bytes");
    let mut chunks = Chunks::new(&b"ab"[..], 0);
    for expected in ["a", "b"] {
        let chunk = expect_chunk(&steps, &mut chunks);
        steps.equal_bytes("the chunk", &chunk, expected.as_bytes());
    }
    expect_end(&steps, &mut chunks);
}

pub fn end(steps: Steps) {
    steps.step("read an empty file");
    expect_end(&steps, &mut Chunks::new(&b""[..], 16));
    steps.step("read 4 bytes, the end, and what comes after it");
    let script =
        Script::of(vec![Ok(b"four"), Ok(b""), Ok(b"more"), Ok(b"")]);
    let mut chunks = Chunks::new(script, 16);
    let chunk = expect_chunk(&steps, &mut chunks);
    steps.equal_bytes("the chunk", &chunk, b"four");
    for _ in 0..3 {
        expect_end(&steps, &mut chunks);
    }
}

pub fn interrupted(steps: Steps) {
    let interrupted = || Err(io::Error::from(ErrorKind::Interrupted));
    steps.step("a read is interrupted twice, then gives 4 bytes");
    let script = vec![
        interrupted(),
        interrupted(),
        Ok(&b"four"[..]),
        interrupted(),
        Ok(b"more"),
    ];
    let mut chunks = Chunks::new(Script::of(script), 16);
    for expected in ["four", "more"] {
        let chunk = expect_chunk(&steps, &mut chunks);
        steps.equal_bytes("the chunk", &chunk, expected.as_bytes());
    }
    expect_end(&steps, &mut chunks);
    steps.step("a read is interrupted 100 times, then gives 4 bytes");
    let mut script: Vec<_> = (0..100).map(|_| interrupted()).collect();
    script.push(Ok(b"four"));
    let mut chunks = Chunks::new(Script::of(script), 16);
    let chunk = expect_chunk(&steps, &mut chunks);
    steps.equal_bytes("the chunk", &chunk, b"four");
    for kind in [
        ErrorKind::InvalidData,
        ErrorKind::WouldBlock,
        ErrorKind::UnexpectedEof,
    ] {
        steps.step(format!("a read fails after 4 bytes: {kind:?}"));
        let script =
            vec![Ok(&b"four"[..]), Err(io::Error::new(kind, "failed"))];
        let mut chunks = Chunks::new(Script::of(script), 16);
        let chunk = expect_chunk(&steps, &mut chunks);
        steps.equal_bytes("the chunk", &chunk, b"four");
        let error = steps.refuses("the next chunk", chunks.next());
        steps.equal("the kind of error", &error.kind(), &kind);
    }
}
