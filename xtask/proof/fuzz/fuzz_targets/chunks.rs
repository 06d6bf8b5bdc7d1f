//! Chapter 4's chunked decoder on any bytes: it takes no more than there is, gives
//! no more than it took, and does not care how the bytes were cut. The first byte
//! says where.
#![no_main]

use libfuzzer_sys::fuzz_target;
use messages::{ChunkedDecoder, encode_chunk};

fuzz_target!(|bytes: &[u8]| {
    let Some((&piece, input)) = bytes.split_first() else {
        return;
    };
    let whole = decode(input, input.len().max(1));
    let cut = decode(input, usize::from(piece).max(1));
    match (whole, cut) {
        (Some(whole), Some(cut)) => assert_eq!(whole, cut),
        (None, None) => {}
        other => panic!("{other:?}"),
    }

    // What we encode we can decode, whatever it is.
    let mut coded = Vec::new();
    for chunk in input.chunks(usize::from(piece).max(1)) {
        encode_chunk(chunk, &mut coded);
    }
    coded.extend_from_slice(b"0\r\n\r\n");
    let length = coded.len();
    let decoded = decode(&coded, length);
    assert_eq!(decoded, Some((input.to_vec(), length, true)));
});

/// The body, how many bytes it took, and whether it is complete; nothing for what is
/// refused.
fn decode(input: &[u8], piece: usize) -> Option<(Vec<u8>, usize, bool)> {
    let (mut decoder, mut body) = (ChunkedDecoder::default(), Vec::new());
    let mut used = 0;
    let mut come = 0;
    while come < input.len() {
        come = (come + piece).min(input.len());
        let more = decoder.decode(&input[used..come], &mut body).ok()?;
        assert!(more <= come - used);
        used += more;
        assert!(body.len() <= used);
    }
    Some((body, used, decoder.finished()))
}
