//! Checks of the memory of `Chunks`.

use std::io::{self, Read};

use buffers::Chunks;
use bytes::Bytes;
use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::{KIB, MIB};
use lab::split;
use lab::{Size, Steps};

use crate::chunks::expect_chunk;
use crate::source::{Given, Source};

/// The longest chunk of these checks.
const SIZE: u64 = 64 * KIB;

/// Long files in chunks that are dropped one by one, in full reads
/// and in short ones, as a socket gives them.
pub fn long_file(steps: Steps) {
    for (length, at_once) in [
        (32 * MIB, SIZE),
        // Few reads: clearing 64 KiB for each of them may be slow.
        (MIB, 1460),
        (4 * MIB, SIZE - 1),
        (4 * MIB, SIZE / 2 + 1),
        (512, 1),
    ] {
        passes(&steps, Payload::new(length), at_once);
    }
    shrunk(&steps);
}

/// After long chunks, short ones get memory of their own length.
fn shrunk(steps: &Steps) {
    let short = 16 * KIB as usize;
    steps.step(
        "read a chunk of 256 KiB, drop it, set a size of 16 KiB, and \
         keep eight chunks",
    );
    let reader = Payload::new(MIB).reader();
    let mark = Mark::now();
    let mut chunks = Chunks::new(reader, 256 * KIB as usize);
    drop(expect_chunk(steps, &mut chunks));
    chunks.set_size(short);
    let kept: Vec<_> =
        (0..8).map(|_| expect_chunk(steps, &mut chunks)).collect();
    drop(chunks);
    let live = Size(u64::try_from(mark.live()).unwrap_or(0));
    let weight = kept.iter().map(|chunk| chunk.len() as u64).sum();
    steps.equal("bytes kept", &Size(weight), &Size(128 * KIB));
    let most = Size(weight + 4 * KIB);
    steps.at_most("memory that the kept chunks hold", live, most);
}

/// A file passes in reads of at most this length.
fn passes(steps: &Steps, payload: Payload, at_once: u64) {
    let length = Size(payload.length());
    steps.step(format!(
        "read {length}, at most 64 KiB at a time; a read gives at most \
         {}",
        Size(at_once)
    ));
    let mut verifier = payload.verifier();
    let source = lab::recut::recut(payload.reader());
    let source = Short(source, at_once as usize);
    let mark = Mark::now();
    let mut chunks = Chunks::new(source, SIZE as usize);
    let mut longest = 0;
    loop {
        let next = steps.succeeds("the next chunk", chunks.next());
        let Some(chunk) = next else { break };
        verifier.feed(&chunk);
        longest = longest.max(chunk.len() as u64);
    }
    let (peak, allocated) = (mark.peak(), mark.allocated());
    steps.succeeds("the bytes", verifier.finish());
    steps.at_most("the longest chunk", Size(longest), Size(SIZE));
    steps.at_most("memory at most", Size(peak), Size(3 * SIZE));
    let most = Size(4 * SIZE);
    steps.at_most("allocated in all", Size(allocated), most);
    if at_once == SIZE {
        steps.note(format!(
            "{length} read: at most {} alive, {} allocated",
            Size(peak),
            Size(allocated)
        ));
    }
}

/// Gives at most so many bytes at a time.
struct Short<R>(R, usize);

impl<R: Read> Read for Short<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.1);
        self.0.read(&mut buffer[..most])
    }
}

/// Chunks that are kept are not written over, and dropped ones
/// give their memory back.
pub fn kept(steps: Steps) {
    let payload = Payload::new(MIB);
    steps.step("read 1 MiB in chunks of at most 4 KiB, keep them all");
    let input = payload.bytes(0..MIB);
    let (source, _) = Source::new(payload.reader());
    let mut chunks = Chunks::new(source, 4 * KIB as usize);
    let mut kept = Vec::new();
    let mut came = 0;
    while came < input.len() {
        let chunk = expect_chunk(&steps, &mut chunks);
        came += chunk.len();
        kept.push(chunk);
    }
    let mut from = 0;
    for (number, chunk) in (1..).zip(&kept) {
        let what = format!("chunk {number}, long after it was read");
        let expected = &input[from..from + chunk.len()];
        steps.equal_bytes(what, chunk, expected);
        from += chunk.len();
    }
    steps.step("keep every second chunk for one read");
    let (source, _) = Source::new(payload.reader());
    let mut chunks = Chunks::new(source, 4 * KIB as usize);
    let mut before: Option<(Bytes, &[u8])> = None;
    let mut from = 0;
    let mut number = 0;
    while from < input.len() {
        let chunk = expect_chunk(&steps, &mut chunks);
        let expected = &input[from..from + chunk.len()];
        steps.equal_bytes("the chunk", &chunk, expected);
        from += chunk.len();
        if let Some((chunk, expected)) = before.take() {
            steps.equal_bytes("the chunk before it", &chunk, expected);
        }
        number += 1;
        if number % 2 == 1 {
            before = Some((chunk, expected));
        }
    }
}

/// The memory of a chunk is the memory that the source wrote to.
pub fn no_copies(steps: Steps) {
    let payload = Payload::new(256 * KIB);
    let input = payload.bytes(0..payload.length());
    let size = 16 * KIB as usize;
    let (all, few) = (input.len(), 500);
    // Reads of 700 bytes are short ones, and those of 1 the
    // shortest.
    for (keep, length, at_once) in [
        (false, all, all),
        (true, all, all),
        (false, all, 700),
        (true, all, 700),
        (false, few, 1),
        (true, few, 1),
        (false, 8 * few, 16),
        (true, 8 * few, 64),
    ] {
        let what = if keep { "kept" } else { "dropped" };
        let at_most = at_once.min(size);
        steps.step(format!(
            "read {}, at most {at_most} bytes at a time; each chunk \
             is {what}",
            Size(length as u64)
        ));
        let pieces = split::every_so_many(&input[..length], at_once);
        let (source, log) = Source::new(pieces.reader());
        let mut chunks = Chunks::new(source, size);
        let mut kept = Vec::new();
        let mut came = 0;
        while came < length {
            let chunk = expect_chunk(&steps, &mut chunks);
            let read = log.take();
            let address = chunk.as_ptr() as usize;
            let own = read.iter().any(|given| given.address == address);
            if !own {
                steps.fail(
                    "the chunk is the memory that was read into",
                    format!("a copy of {} bytes", chunk.len()),
                );
            }
            for Given { asked, .. } in read {
                if asked != size {
                    let what = "bytes that a read was asked for";
                    steps.equal(what, &asked, &size);
                }
            }
            came += chunk.len();
            if keep {
                kept.push(chunk);
            }
        }
    }
}
