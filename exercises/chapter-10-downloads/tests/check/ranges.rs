//! Checks of `parse_range`.

use downloads::{Ranges, parse_range};
use lab::Steps;
use lab::random::Random;

const LENGTH: u64 = 1000;

/// Half open.
fn parts(parts: &[(u64, u64)]) -> Ranges {
    let parts = parts.iter().map(|(first, end)| *first..*end);
    Ranges::Parts(parts.collect())
}

fn sees(steps: &Steps, header: &str, length: u64, allowed: &[Ranges]) {
    let shown: String = header.chars().take(50).collect();
    steps.step(format!("`{shown}` for {length} bytes"));
    let seen = parse_range(header, length);
    steps.one_of("the ranges", &seen, allowed);
}

pub fn both_ends(steps: Steps) {
    for (header, first, end) in [
        ("bytes=0-0", 0, 1),
        ("bytes=0-9", 0, 10),
        ("bytes=5-9", 5, 10),
        ("bytes=0-998", 0, 999),
        ("bytes=0-999", 0, 1000),
        ("bytes=999-999", 999, 1000),
        ("bytes=998-5000", 998, 1000),
    ] {
        sees(&steps, header, LENGTH, &[parts(&[(first, end)])]);
    }
}

/// `saturated` numbers are above `u64::MAX`: with both of them
/// there, the order of the two may be lost.
pub fn every_form(steps: Steps) {
    use Ranges::{Unsatisfiable, Whole};
    let one = |first, end| parts(&[(first, end)]);
    // Beyond every integer that there is.
    let long = "9".repeat(60);
    let zeros = "0".repeat(40);
    let table: Vec<(String, Vec<Ranges>)> = [
        ("bytes=5-", one(5, 1000)),
        ("bytes=0-", one(0, 1000)),
        ("bytes=999-", one(999, 1000)),
        ("bytes=-1", one(999, 1000)),
        ("bytes=-5", one(995, 1000)),
        ("bytes=-1000", one(0, 1000)),
        ("bytes=-1001", one(0, 1000)),
        ("BYTES=1-2", one(1, 3)),
        ("Bytes=1-2", one(1, 3)),
        ("bYtEs=1-2", one(1, 3)),
        ("byteS=1-2", one(1, 3)),
        ("bytes=1-2,5-6", parts(&[(1, 3), (5, 7)])),
        ("bytes=5-6,1-2", parts(&[(5, 7), (1, 3)])),
        ("bytes=1-2 , 5-6", parts(&[(1, 3), (5, 7)])),
        ("bytes=1-2,\t5-6", parts(&[(1, 3), (5, 7)])),
        ("bytes=1-2,,5-6", parts(&[(1, 3), (5, 7)])),
        ("bytes=1-2, ,5-6", parts(&[(1, 3), (5, 7)])),
        ("bytes= ,1-2,\t", one(1, 3)),
        ("bytes=1-2,1000-", one(1, 3)),
        ("bytes=1-2,-0", one(1, 3)),
        ("bytes=0-,-1", parts(&[(0, 1000), (999, 1000)])),
        ("bytes=1000-", Unsatisfiable),
        ("bytes=1000-1000", Unsatisfiable),
        ("bytes=1000-,2000-3000", Unsatisfiable),
        ("bytes=-0", Unsatisfiable),
        ("", Whole),
        ("bytes", Whole),
        ("bytes=", Whole),
        ("bytes=,", Whole),
        ("bytes=-", Whole),
        ("bytes=--1", Whole),
        ("bytes=1", Whole),
        ("bytes=a-b", Whole),
        ("bytes=1-b", Whole),
        ("bytes=+1-2", Whole),
        ("bytes=1-+2", Whole),
        ("bytes=1-2-3", Whole),
        ("bytes=1 -2", Whole),
        ("bytes=1- 2", Whole),
        ("bytes=1 - 2", Whole),
        ("bytes=- 5", Whole),
        ("bytes=1 2-3", Whole),
        ("bytes =0-9", Whole),
        (" bytes=0-9", Whole),
        ("\tbytes=0-9", Whole),
        ("bytes=\u{b}0-9", Whole),
        ("bytes=\n0-9", Whole),
        ("bytes=\u{a0}0-9", Whole),
        ("bytes=\u{ff11}-\u{ff12}", Whole),
        ("bytes==0-9", Whole),
        ("bytes=0-9=", Whole),
        ("bytes=bytes=0-9", Whole),
        ("kilobytes=0-9", Whole),
        ("byte=0-9", Whole),
        ("bytess=0-9", Whole),
        // Its capital letter is an S.
        ("byte\u{17f}=0-9", Whole),
        ("xbytes=0-9", Whole),
        ("=0-9", Whole),
        ("0-9", Whole),
        ("bytes= , ,\t", Whole),
        ("bytes= 0-9 ", one(0, 10)),
        ("bytes=\t0-9\t,", one(0, 10)),
        ("bytes=,0-9", one(0, 10)),
        ("bytes=1-2,x,1000-", Whole),
        ("bytes=1000-,5-4", Whole),
        ("bytes=1000-2000,0-0", one(0, 1)),
        ("bytes=0x1-2", Whole),
        ("bytes=5-2", Whole),
        ("bytes=1-2,5-4", Whole),
        ("bytes=1-2,x", Whole),
        ("bytes=1-2;5-6", Whole),
        ("items=1-2", Whole),
        ("bytes 1-2", Whole),
        ("bytes:1-2", Whole),
    ]
    .map(|(header, ranges)| (header.to_owned(), vec![ranges]))
    .into();
    for (header, allowed) in table {
        sees(&steps, &header, LENGTH, &allowed);
    }
    for (header, allowed) in [
        (format!("bytes=500-{long}"), vec![one(500, 1000)]),
        (format!("bytes=-{long}"), vec![one(0, 1000)]),
        (format!("bytes={long}-"), vec![Unsatisfiable]),
        (format!("bytes={zeros}5-{zeros}6"), vec![one(5, 7)]),
        (format!("bytes={long}-5"), vec![Whole]),
        // One of the two is ignored, and the other is not there.
        (format!("bytes={long}-{long}"), vec![Unsatisfiable, Whole]),
        (
            "bytes=500-18446744073709551615".into(),
            vec![one(500, 1000)],
        ),
        (
            "bytes=500-18446744073709551616".into(),
            vec![one(500, 1000)],
        ),
        ("bytes=18446744073709551615-".into(), vec![Unsatisfiable]),
    ] {
        sees(&steps, &header, LENGTH, &allowed);
    }
    steps.step("an empty file");
    for (header, allowed) in [
        ("bytes=0-", vec![Unsatisfiable]),
        ("bytes=0-0", vec![Unsatisfiable]),
        ("bytes=-5", vec![Unsatisfiable]),
        ("bytes=-0", vec![Unsatisfiable]),
        ("bytes=0-,-5", vec![Unsatisfiable]),
        ("bytes=5-2", vec![Whole]),
    ] {
        sees(&steps, header, 0, &allowed);
    }
    let many = |count: u64| -> Vec<(u64, u64)> {
        (0..count).map(|at| (2 * at, 2 * at + 1)).collect()
    };
    for count in [16, 17, 256, 500] {
        let list: Vec<String> = many(count)
            .iter()
            .map(|(at, _)| format!("{at}-{at}"))
            .collect();
        let header = format!("bytes={}", list.join(","));
        sees(&steps, &header, LENGTH, &[parts(&many(count))]);
    }
    random(&steps);
}

/// Lists of random parts, and what they mean by another way.
fn random(steps: &Steps) {
    let mut random = Random::new(10);
    for _ in 0..2000 {
        let length = random.number() >> (4 + random.below(60));
        let mut near = || {
            let span = length.saturating_add(length / 4 + 2);
            random.number() % span.max(1)
        };
        let (a, b, c) = (near(), near(), near());
        let (first, last) = (a.min(b), a.max(b));
        let header = format!("bytes={first}-{last}, -{c},{a}-");
        let inside = [
            (first, last.saturating_add(1).min(length)),
            (length - c.min(length), length),
            (a, length),
        ];
        let inside: Vec<(u64, u64)> = inside
            .into_iter()
            .filter(|(first, end)| first < end)
            .collect();
        let expected = if inside.is_empty() {
            Ranges::Unsatisfiable
        } else {
            parts(&inside)
        };
        sees(steps, &header, length, &[expected]);
        if first < last {
            let back = format!("bytes={last}-{first}");
            sees(steps, &back, length, &[Ranges::Whole]);
        }
    }
}
