use super::*;
use crate::folder::Folder;

const LENGTH: u64 = 300_000;

fn verify(payload: Payload, pieces: &[&[u8]]) -> Result<u64, Flaw> {
    // Fed in odd pieces: where the bytes are cut must not matter.
    let whole = pieces.concat();
    let mut verdicts = [1, 7, 4096, usize::MAX].map(|length| {
        let mut verifier = payload.verifier();
        whole.chunks(length).for_each(|piece| verifier.feed(piece));
        assert_eq!(verifier.received(), whole.len() as u64);
        verifier.finish()
    });
    let last = verdicts[3].clone();
    assert!(verdicts.iter().all(|verdict| *verdict == last));
    std::mem::replace(&mut verdicts[0], Ok(0))
}

fn near(a: u64, b: u64) -> bool {
    a.abs_diff(b) < 4
}

#[test]
fn the_whole_payload_is_accepted() {
    for length in [0, 1, 7, 8, 9, 31, 32, 33, LENGTH] {
        let payload = Payload::new(length);
        assert_eq!(verify(payload, &[&payload.bytes(0..length)]), Ok(length));
    }
}

#[test]
fn every_range_of_it_is_accepted() {
    let payload = Payload::new(LENGTH);
    for start in (0..20).chain([4095, 4096]) {
        for length in 0..40 {
            let range = start..start + length;
            let mut verifier = payload.verifier_of(range.clone());
            verifier.feed(&payload.bytes(range));
            assert_eq!(verifier.finish(), Ok(length), "{start}+{length}");
        }
    }
}

#[test]
fn bytes_that_end_early_are_short() {
    let payload = Payload::new(LENGTH);
    let verdict = verify(payload, &[&payload.bytes(0..LENGTH - 1)]);
    assert_eq!(verdict, Err(Flaw::Short { at: LENGTH - 1 }));
    assert_eq!(verify(payload, &[]), Err(Flaw::Short { at: 0 }));
}

#[test]
fn bytes_after_the_end_are_too_long() {
    let payload = Payload::new(LENGTH);
    let whole = payload.bytes(0..LENGTH);
    for more in [
        &b"!"[..],
        &whole[..100],
        &payload.bytes(LENGTH..LENGTH + 50),
    ] {
        let verdict = verify(payload, &[&whole, more]);
        assert_eq!(verdict, Err(Flaw::Long { at: LENGTH }));
    }
}

#[test]
fn a_lost_piece_is_located() {
    let payload = Payload::new(LENGTH);
    let whole = payload.bytes(0..LENGTH);
    for (from, until) in [(0, 1), (5, 4096), (8192, 8193), (65_536, 131_072)] {
        let verdict = verify(payload, &[&whole[..from], &whole[until..]]);
        let Err(Flaw::Missing { from: f, until: u }) = verdict else {
            panic!("{from}..{until}: {verdict:?}");
        };
        assert!(near(f, from as u64) && u - f == (until - from) as u64);
    }
}

#[test]
fn a_piece_lost_just_before_the_end_is_located() {
    let payload = Payload::new(LENGTH);
    let whole = payload.bytes(0..LENGTH);
    for tail in 3..60 {
        let cut = whole.len() - tail;
        let verdict = verify(payload, &[&whole[..cut - 10], &whole[cut..]]);
        let Err(Flaw::Missing { from, until }) = verdict else {
            panic!("{tail} bytes before the end: {verdict:?}");
        };
        assert_eq!(until - from, 10);
    }
}

#[test]
fn a_doubled_piece_is_located() {
    let payload = Payload::new(LENGTH);
    let whole = payload.bytes(0..LENGTH);
    for (from, until) in [(0, 4096), (1000, 1100), (4096, 65_536)] {
        let verdict = verify(payload, &[&whole[..until], &whole[from..]]);
        let Err(Flaw::Again { at, from: f }) = verdict else {
            panic!("{from}..{until}: {verdict:?}");
        };
        assert!(near(at, until as u64) && at - f == (until - from) as u64);
    }
}

#[test]
fn a_swapped_piece_is_told_from_a_lost_one() {
    let payload = Payload::new(LENGTH);
    let whole = payload.bytes(0..LENGTH);
    for (a, b, c) in [(0, 4096, 8192), (65_536, 65_600, 140_000)] {
        let swapped = [&whole[..a], &whole[b..c], &whole[a..b], &whole[c..]];
        let verdict = verify(payload, &swapped);
        let Err(Flaw::Late { from, until, after }) = verdict else {
            panic!("{a}, {b}, {c}: {verdict:?}");
        };
        assert!(near(from, a as u64) && near(until, b as u64));
        assert!(near(after, c as u64));
    }
}

#[test]
fn bytes_of_another_payload_are_foreign() {
    let payload = Payload::new(LENGTH);
    let whole = payload.bytes(0..LENGTH);
    let other = payload.keyed(1).bytes(0..LENGTH);
    let verdict = verify(payload, &[&whole[..5000], &other[5000..]]);
    assert!(matches!(verdict, Err(Flaw::Foreign { at, .. }) if near(at, 5000)));
    let mut flipped = whole.clone();
    flipped[70_000] ^= 1;
    let verdict = verify(payload, &[&flipped]);
    assert!(matches!(verdict, Err(Flaw::Foreign { at: 70_000, .. })));
}

#[test]
fn a_flaw_shows_before_the_end() {
    let payload = Payload::new(LENGTH);
    let mut verifier = payload.verifier();
    verifier.feed(&payload.bytes(0..100));
    assert_eq!(verifier.flaw(), None);
    verifier.feed(&payload.bytes(200..300));
    assert_eq!(
        verifier.flaw().map(|flaw| flaw.to_string()).as_deref(),
        Some("bytes 100..200 are missing (100 bytes)")
    );
}

const STAMPED: u64 = 3 * MIB + 5000;

#[test]
fn a_stamped_payload_is_accepted_and_its_zeros_are_verified() {
    let payload = Payload::stamped(STAMPED);
    let mut whole = payload.bytes(0..STAMPED);
    assert_eq!(verify(payload, &[&whole]), Ok(STAMPED));
    assert!(whole[4096..1 << 20].iter().all(|byte| *byte == 0));
    assert!(
        whole[STAMPED as usize - 4096..]
            .iter()
            .any(|byte| *byte != 0)
    );
    whole[50_000] = 1;
    let verdict = verify(payload, &[&whole]);
    assert!(matches!(verdict, Err(Flaw::Foreign { at: 50_000, .. })));
}

#[test]
fn a_stamped_payload_finds_the_lost_the_doubled_and_the_swapped() {
    let payload = Payload::stamped(STAMPED);
    let whole = payload.bytes(0..STAMPED);
    let lost = verify(payload, &[&whole[..70_000], &whole[135_536..]]);
    let Err(Flaw::Missing { from, until }) = lost else {
        panic!("{lost:?}");
    };
    assert_eq!((until, until - from), (MIB, 65_536));

    let doubled = verify(payload, &[&whole[..135_536], &whole[70_000..]]);
    assert_eq!(doubled, Err(Flaw::NoStamp { at: MIB }));

    let mib = MIB as usize;
    let parts = [&whole[mib..2 * mib], &whole[..mib], &whole[2 * mib..]];
    assert!(matches!(
        verify(payload, &parts),
        Err(Flaw::Late {
            from: 0,
            until: MIB,
            ..
        })
    ));
}

#[test]
fn a_long_payload_is_stamped_by_itself() {
    assert_eq!(Payload::new(WHOLE_LIMIT).coding(), Coding::EveryByte);
    assert_eq!(Payload::new(WHOLE_LIMIT + 1).coding(), Coding::Stamps);
}

#[test]
fn a_file_holds_what_the_payload_says() {
    let folder = Folder::new().expect("temporary folder");
    for payload in [
        Payload::new(LENGTH),
        Payload::stamped(STAMPED),
        Payload::stamped(100),
        Payload::stamped(MIB + 1),
    ] {
        let path = payload.create(folder.path(), "file").expect("file");
        let bytes = fs::read(&path).expect("file");
        assert_eq!(verify(payload, &[&bytes]), Ok(payload.length()));
        let mut read = Vec::new();
        payload.reader().read_to_end(&mut read).expect("no error");
        assert!(bytes == read);
        assert_eq!(folder.names().expect("names"), ["file"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_file_of_a_huge_payload_is_sparse() {
    use std::os::unix::fs::MetadataExt;

    let folder = Folder::new().expect("temporary folder");
    let payload = Payload::new(5 << 30);
    let path = payload.create(folder.path(), "huge").expect("file");
    let metadata = fs::metadata(path).expect("file");
    assert_eq!(metadata.len(), 5 << 30);
    let stored = metadata.blocks() * 512;
    assert!(stored < 64 * MIB, "{stored} bytes are stored");
}
