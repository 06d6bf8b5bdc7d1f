//! Checks of the stages that are given.

use std::io::Read;

use bytes::Bytes;
use flate2::read::GzDecoder;
use lab::split;
use lab::{Size, Steps};
use lab_net::gate::BlockingGate;
use lab_net::heartbeat::Heartbeat;
use pipelines::{Gzip, Sha256, Stage, Transform, pipeline};
use watermark::Watermarks;

use crate::bounds::slow_chunk;
use crate::probe::Journal;
use crate::script::{Script, Then};
use crate::shelf::Shelf;
use crate::wait::ended;

const MARKS: Watermarks = Watermarks {
    low: 8 << 10,
    high: 16 << 10,
};

/// Sends chunks through one stage, and gives what comes out.
async fn through<T: Transform, P: Into<Bytes>>(
    steps: &Steps,
    transform: T,
    chunks: impl IntoIterator<Item = P>,
) -> Vec<u8> {
    let journal = Journal::default();
    let source = Script::new(chunks, Then::Ends).source();
    let stages = vec![Stage::new(transform)];
    let shelf = Shelf::new(&journal);
    let running = pipeline(source, stages, shelf, MARKS);
    let end = ended(steps, "the pipeline", running).await;
    if let Err(error) = end {
        steps.fail("a good end", format!("{error:?}"));
    }
    journal.bytes()
}

pub async fn digest(steps: Steps) {
    let cases = [
        (
            Vec::new(),
            "e3b0c44298fc1c149afbf4c8996fb924\
             27ae41e4649b934ca495991b7852b855",
        ),
        (
            b"abc".to_vec(),
            "ba7816bf8f01cfea414140de5dae2223\
             b00361a396177a9cb410ff61f20015ad",
        ),
        (
            vec![b'a'; 1_000_000],
            "cdc76e5c9914fb9281a1c7e284d73e67\
             f1809a48a497200e046d39ccc7112cd0",
        ),
    ];
    for (input, expected) in cases {
        for length in [1, 7, 63, 64, 65, 65_536, usize::MAX] {
            // Byte by byte only where it costs little.
            if input.len() / length > 2000 {
                continue;
            }
            steps.step(format!(
                "{} bytes in chunks of {length}",
                input.len()
            ));
            let chunks =
                input.chunks(length).map(Bytes::copy_from_slice);
            let (sha256, digest) = Sha256::new();
            let before = digest.value();
            steps.equal("the digest before", &before, &None);
            let passed = through(&steps, sha256, chunks).await;
            steps.equal_bytes("what comes out", &passed, &input);
            let value = digest.value().map(|value| hex(&value));
            let expected = Some(expected.to_owned());
            steps.equal("the digest", &value, &expected);
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The CRC-32 of gzip, bit by bit (RFC 1952, section 8).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    })
}

pub async fn trailer(steps: Steps) {
    let text = b"All work and no play. ".repeat(5000);
    for input in [&b""[..], b"x", &text] {
        for level in [0, 1, 6, 9] {
            steps.step(format!(
                "{} bytes at level {level}",
                input.len()
            ));
            let chunks = split::every_so_many(input, 40_000);
            let chunks = chunks.iter().map(Bytes::copy_from_slice);
            let packed =
                through(&steps, Gzip::new(level), chunks).await;
            let mut decoder = GzDecoder::new(&packed[..]);
            let mut unpacked = Vec::new();
            let read = decoder.read_to_end(&mut unpacked);
            steps.succeeds("decompression to the end", read);
            steps.equal_bytes("what was compressed", &unpacked, input);
            let from = packed.len().saturating_sub(8);
            let length = input.len() as u32;
            let expected =
                [crc32(input).to_le_bytes(), length.to_le_bytes()];
            let expected = expected.concat();
            let last = &packed[from..];
            steps.equal_bytes("the trailer", last, &expected);
        }
    }
}

pub async fn small_chunks(steps: Steps) {
    let input: Vec<u8> = (0..3000)
        .flat_map(|n: u32| format!("line {}\n", n % 97).into_bytes())
        .collect();
    steps.step(format!("compress {} bytes at once", input.len()));
    let whole = [Bytes::copy_from_slice(&input)];
    let whole = through(&steps, Gzip::new(6), whole).await.len();
    steps.step("compress them in chunks of 16 bytes");
    let chunks = input.chunks(16).map(Bytes::copy_from_slice);
    let chunks = through(&steps, Gzip::new(6), chunks).await.len();
    steps.note(format!("{whole} bytes at once, {chunks} in chunks"));
    let most = Size(whole as u64 * 3 / 2 + 100);
    steps.at_most("bytes", Size(chunks as u64), most);
}

pub async fn heartbeat(steps: Steps) {
    let gate = BlockingGate::new();
    let heart = Heartbeat::at(&gate);
    steps.step("compress a chunk that cannot be done before a beat");
    let chunk = slow_chunk(1000, &gate);
    let packed = through(&steps, Gzip::new(6), [chunk]).await;
    steps.holds(
        "the runtime goes on while gzip works",
        !gate.gave_up() && heart.beats_while_blocked() > 0,
    );
    steps.holds("the chunk is compressed", !packed.is_empty());
}

/// What is half done must not look finished.
pub async fn failed(steps: Steps) {
    steps.step("hash and compress three chunks; the source fails");
    let journal = Journal::default();
    let source = Script::of(3, 10_000, Then::Fails(41)).source();
    let (sha256, digest) = Sha256::new();
    let stages = vec![Stage::new(sha256), Stage::new(Gzip::new(6))];
    let shelf = Shelf::new(&journal);
    let running = pipeline(source, stages, shelf, MARKS);
    let end = ended(&steps, "the pipeline", running).await;
    steps.holds("the pipeline fails", end.is_err());
    steps.equal("the digest", &digest.value(), &None);
    let packed = journal.bytes();
    let mut unpacked = Vec::new();
    let read = GzDecoder::new(&packed[..]).read_to_end(&mut unpacked);
    steps.refuses("decompression of what came", read);
    steps.equal("finishes of the sink", &journal.finishes(), &0);
}
