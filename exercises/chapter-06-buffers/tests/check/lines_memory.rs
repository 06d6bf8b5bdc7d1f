//! Checks of the memory and the work of `Lines`.

use buffers::Lines;
use bytes::Bytes;
use lab::memory::Mark;
use lab::size::KIB;
use lab::work::growth;
use lab::{Size, Steps};

/// Longer than any line here.
const LIMIT: usize = 64 << 20;

/// The next line, which must be there.
fn line(steps: &Steps, lines: &mut Lines) -> Bytes {
    match steps.succeeds("a line", lines.next_line()) {
        Some(line) => line,
        None => steps.fail("a line", "none"),
    }
}

/// Nothing more is whole.
fn none(steps: &Steps, lines: &mut Lines) {
    let next = steps.succeeds("a line", lines.next_line());
    steps.equal("a line that is not whole", &next, &None);
}

pub fn no_copies(steps: Steps) {
    for (length, pushed) in
        [(100, usize::MAX), (3, usize::MAX), (100, 77), (3, 7)]
    {
        let how = match pushed {
            usize::MAX => "at once".to_owned(),
            bytes => format!("{bytes} bytes at a time"),
        };
        steps.step(format!(
            "push 100 lines of {length} bytes {how}, and one without \
             an end; then take them"
        ));
        let mut text = vec![b'x'; length];
        text.push(b'\n');
        let mut lines = Lines::new(LIMIT);
        let all = text.repeat(101);
        for piece in all[..all.len() - 1].chunks(pushed) {
            lines.push(piece);
        }
        let mut taken: Vec<Bytes> =
            (0..100).map(|_| line(&steps, &mut lines)).collect();
        none(&steps, &mut lines);
        taken.extend(lines.finish());
        steps.equal("lines", &taken.len(), &101);
        let first = taken[0].as_ptr() as usize;
        for (number, line) in taken.iter().enumerate() {
            let place = (line.as_ptr() as usize).wrapping_sub(first);
            let what = format!(
                "line {}: bytes from the beginning of the first one",
                number + 1
            );
            steps.equal(what, &place, &(number * text.len()));
            steps.equal_bytes("the line", line, &text[..length]);
        }
    }
}

pub fn ten_thousand(steps: Steps) {
    let text = [&[b'x'; 99][..], b"\n"].concat().repeat(10_000);
    for size in [100, 64, 750] {
        steps.step(format!(
            "10,000 lines of 100 bytes, pushed in chunks of {size}"
        ));
        let mut lines = Lines::new(LIMIT);
        let mut taken = 0;
        let mark = Mark::now();
        for piece in text.chunks(size) {
            lines.push(piece);
            loop {
                let next = lines.next_line();
                let Some(line) = steps.succeeds("a line", next) else {
                    break;
                };
                if line.len() != 99 {
                    steps.equal("bytes of a line", &line.len(), &99);
                }
                taken += 1;
            }
        }
        let peak = mark.peak();
        steps.equal("lines", &taken, &10_000);
        let most = Size(16 * KIB);
        steps.at_most("memory for 1 MB in lines", Size(peak), most);
        steps.note(format!("in chunks of {size}: {}", Size(peak)));
    }
}

pub fn twice(steps: Steps) {
    steps.step("push many lines at once: 1000, then 2000");
    let many = growth(1000, |count| {
        let text = [&[b'x'; 99][..], b"\n"].concat().repeat(count);
        let mut lines = Lines::new(LIMIT);
        let mark = Mark::now();
        lines.push(&text);
        for _ in 0..count {
            drop(line(&steps, &mut lines));
        }
        mark.allocated()
    });
    steps.at_most("how much more was allocated", many, 2.5);
    steps.step("push one line in chunks of 1 KiB: 256, then 512");
    let one = growth(256, |count| {
        let piece = [b'x'; KIB as usize];
        let mut lines = Lines::new(LIMIT);
        let mark = Mark::now();
        for _ in 0..count {
            lines.push(&piece);
            none(&steps, &mut lines);
        }
        lines.push(b"\n");
        let line = line(&steps, &mut lines);
        let allocated = mark.allocated();
        steps.equal("bytes of the line", &line.len(), &(count << 10));
        allocated
    });
    steps.at_most("how much more was allocated", one, 2.5);
    steps
        .note(format!("twice the input: {many:.2} and {one:.2} times"));
}

pub fn searched_once(steps: Steps) {
    steps.step("push one line of 2 MiB byte by byte");
    let mut lines = Lines::new(LIMIT);
    for _ in 0..2 << 20 {
        lines.push(b"x");
        if !matches!(lines.next_line(), Ok(None)) {
            steps.fail("no line yet", "a line or an error");
        }
    }
    lines.push(b"\n");
    let long = line(&steps, &mut lines);
    steps.equal("bytes of the line", &long.len(), &(2 << 20));
    steps.step("push 200,000 lines of 10 bytes at once");
    let mut lines = Lines::new(LIMIT);
    lines.push(&b"xxxxxxxxxx\n".repeat(200_000));
    for _ in 0..200_000 {
        if !matches!(lines.next_line(), Ok(Some(_))) {
            steps.fail("a line", "none, or an error");
        }
    }
    none(&steps, &mut lines);
}
