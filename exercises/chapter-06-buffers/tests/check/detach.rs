//! The check of `detach`.

use buffers::detach;
use bytes::{Buf, Bytes};
use lab::memory::Mark;
use lab::size::{KIB, MIB};
use lab::{Size, Steps};

/// What a piece may cost beside its bytes: `cargo test` starts its
/// threads meanwhile, and they count too.
const REST: u64 = 64 * KIB;

/// As many names as on the page of the exercise, and as long.
const NAMES: usize = 10_000;
const NAME: usize = 14;
/// What each of them may cost beside its bytes: one more owner is
/// counted somewhere, and a `Vec` rounds up.
const BESIDE: u64 = 64;

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
        let what = "memory that is still alive without the slice";
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
    many_names(&steps);
    steps.step("detach all 256 bytes");
    let bytes: Vec<u8> = (0..=255).collect();
    let piece = detach(&Bytes::from(bytes.clone()));
    steps.equal_bytes("the piece", &piece, &bytes);
}

/// Room that nobody writes into is memory too. One piece hides it,
/// and many don't.
fn many_names(steps: &Steps) {
    steps.step(format!(
        "detach and keep {NAMES} names of {NAME} bytes each"
    ));
    let slice = Bytes::from(vec![b'x'; 64 * KIB as usize]);
    let mut kept = Vec::with_capacity(NAMES);
    let mark = Mark::now();
    for _ in 0..NAMES {
        kept.push(detach(&slice.slice(38..38 + NAME)));
    }
    let live = Size(u64::try_from(mark.live()).unwrap_or(0));
    let each = NAME as u64 + BESIDE;
    let most = Size(NAMES as u64 * each + REST);
    steps.at_most("memory that is still alive", live, most);
}
