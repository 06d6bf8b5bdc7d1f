//! The check of `detach`.

use buffers::detach;
use bytes::{Buf, Bytes};
use lab::memory::Mark;
use lab::size::{KIB, MIB};
use lab::{Size, Steps};

/// What a piece may cost beside its bytes: `cargo test` starts its
/// threads meanwhile, and they count too.
const REST: u64 = 64 * KIB;

/// Around every size at which somebody could think that a copy is
/// not worth it, or too much.
const LENGTHS: [usize; 16] = [
    10, 0, 1, 2, 7, 8, 9, 15, 16, 31, 255, 256, 4097, 65_537,
    1_048_577, 15_000_000,
];

pub fn frees_the_rest(steps: Steps) {
    let whole = 16 * MIB;
    for length in LENGTHS {
        steps.step(format!(
            "take {length} bytes out of 16 MiB, detach them, \
             and drop the rest"
        ));
        let mark = Mark::now();
        let buffer = Bytes::from(vec![b'x'; whole as usize]);
        let slice = buffer.slice(1000..1000 + length);
        let piece = detach(&slice);
        drop((buffer, slice));
        let live = mark.live();
        steps.equal_bytes("the piece", &piece, &vec![b'x'; length]);
        let live = Size(u64::try_from(live).unwrap_or(0));
        let most = Size(length as u64 + REST);
        steps.at_most("memory that is still alive", live, most);
        drop(piece);
        let live = Size(u64::try_from(mark.live()).unwrap_or(0));
        let what = "memory that is still alive without the piece";
        steps.at_most(what, live, Size(REST));
    }
    for length in [1, 10, 5000] {
        steps.step(format!(
            "drop 16 MiB but for a slice of {length} bytes, then \
             detach that"
        ));
        let mark = Mark::now();
        let buffer = Bytes::from(vec![b'x'; whole as usize]);
        let slice = buffer.slice(1000..1000 + length);
        drop(buffer);
        let piece = detach(&slice);
        drop(slice);
        let live = Size(u64::try_from(mark.live()).unwrap_or(0));
        steps.equal_bytes("the piece", &piece, &vec![b'x'; length]);
        let most = Size(length as u64 + REST);
        steps.at_most("memory that is still alive", live, most);
    }
    // Read to its end, a slice is empty, and still a view.
    steps.step("read 16 MiB to the end, and detach what is left");
    let mark = Mark::now();
    let mut slice = Bytes::from(vec![b'x'; whole as usize]);
    slice.advance(whole as usize);
    let piece = detach(&slice);
    drop(slice);
    let live = Size(u64::try_from(mark.live()).unwrap_or(0));
    steps.equal_bytes("the piece", &piece, b"");
    steps.at_most("memory that is still alive", live, Size(REST));
    steps.step("detach all 256 bytes");
    let bytes: Vec<u8> = (0..=255).collect();
    let piece = detach(&Bytes::from(bytes.clone()));
    steps.equal_bytes("the piece", &piece, &bytes);
}
