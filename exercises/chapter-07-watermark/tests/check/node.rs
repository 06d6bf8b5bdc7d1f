//! Checks of `NodeRules`.

use std::path::Path;

use lab::Steps;
use lab::trace::{Row, Table};
use watermark::Flow::{Ready, Wait};
use watermark::{NodeRules, Taken};

/// The table that the simulator and Node.js follow too.
const TABLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../book/traces/writable.tsv"
);

/// Marks that are negative, or 0, in another type of number.
pub const LARGE: [usize; 4] =
    [usize::MAX, usize::MAX / 2 + 1, u32::MAX as usize, 1 << 31];

pub fn above_the_mark(steps: Steps) {
    steps.step(
        "a mark of 10: push 9, 1, 1000, five times 1 MB, and 4 GiB",
    );
    let mut rules = NodeRules::new(10);
    // The last one is 4 GiB and 10 bytes, and 10 bytes in 32 bits.
    let large = (1_usize << 31).saturating_mul(2).saturating_add(10);
    let sizes = [9, 1, 1000].into_iter().chain([1_000_000; 5]);
    let sizes: Vec<usize> = sizes.chain([large]).collect();
    let mut level = 0;
    for &size in &sizes {
        let flow = rules.push(size);
        level += size;
        let expected = if level < 10 { Ready } else { Wait };
        steps.equal(
            format!("the return value at {level}"),
            &flow,
            &expected,
        );
        steps.equal("the level", &rules.level(), &level);
    }
    steps.step("take all of it again, in order");
    for size in sizes {
        let popped = rules.pop().map(|popped| popped.size);
        steps.equal("the oldest chunk", &popped, &Some(size));
    }
    steps.equal("a chunk more", &rules.pop(), &None);
}

pub fn at_the_mark(steps: Steps) {
    for (sizes, flow) in [
        (&[9][..], Ready),
        (&[10], Wait),
        (&[11], Wait),
        (&[4, 5], Ready),
        (&[4, 6], Wait),
        (&[9, 1], Wait),
    ] {
        steps.step(format!("a mark of 10: push {sizes:?}"));
        let mut rules = NodeRules::new(10);
        let mut last = Wait;
        for &size in sizes {
            last = rules.push(size);
        }
        steps.equal("the last return value", &last, &flow);
    }
    for size in [1, 16_384] {
        steps.step(format!("a mark of 0: push {size}"));
        let mut rules = NodeRules::new(0);
        steps.equal("the return value", &rules.push(size), &Wait);
        let drained = Taken { size, drain: true };
        steps.equal("what is taken", &rules.pop(), &Some(drained));
    }
    for mark in LARGE {
        for size in [1, mark - 1] {
            steps.step(format!("a mark of {mark}: push {size}"));
            let mut rules = NodeRules::new(mark);
            steps.equal("the return value", &rules.push(size), &Ready);
        }
    }
}

pub fn drain_at_zero(steps: Steps) {
    steps.step("a new mark of 16: push 4 and take it");
    let mut rules = NodeRules::new(16);
    steps.equal("the return value", &rules.push(4), &Ready);
    let taken = Taken {
        size: 4,
        drain: false,
    };
    steps.equal("what is taken", &rules.pop(), &Some(taken));
    steps.step("a mark of 16: push six times 4, take all");
    let mut rules = NodeRules::new(16);
    for expected in [Ready, Ready, Ready, Wait, Wait, Wait] {
        steps.equal("the return value", &rules.push(4), &expected);
    }
    for level in [20, 16, 12, 8, 4, 0] {
        let popped = rules.pop();
        let drain = level == 0;
        let expected = Some(Taken { size: 4, drain });
        let what = format!("what is taken down to {level}");
        steps.equal(what, &popped, &expected);
        steps.equal("the level", &rules.level(), &level);
    }
    steps.step("push 4 and take it: no `Wait`, no drain");
    steps.equal("the return value", &rules.push(4), &Ready);
    let without = Taken {
        size: 4,
        drain: false,
    };
    steps.equal("what is taken", &rules.pop(), &Some(without));
    steps.step("take what is not there");
    steps.equal("what is taken", &rules.pop(), &None);
    steps.step("push 16 twice, take both: the drain comes once more");
    for _ in 0..2 {
        steps.equal("the return value", &rules.push(16), &Wait);
    }
    for drain in [false, true] {
        let expected = Some(Taken { size: 16, drain });
        steps.equal("what is taken", &rules.pop(), &expected);
    }
}

pub fn table(steps: Steps) {
    let table = Table::read(Path::new(TABLE));
    let table = steps.succeeds("the table of traces", table);
    let mut followed = 0;
    for case in table.cases() {
        let plain = |row: &Row| {
            let action = text(&steps, row, "action");
            ["new", "write", "done"].contains(&action)
        };
        if !case.rows.iter().all(plain) {
            // `end` and `destroy` belong to the stream around it.
            continue;
        }
        steps.step(format!("follow the case \"{}\"", case.name));
        let mut rules = NodeRules::new(0);
        for row in &case.rows {
            follow(&steps, &mut rules, row);
            followed += 1;
        }
    }
    steps.at_least("rows followed", followed, 50);
}

/// One row: an action, and what must be seen after it.
fn follow(steps: &Steps, rules: &mut NodeRules, row: &Row) {
    let number = |name: &str| {
        let number = steps.succeeds(name, row.number(name));
        number.map(|number| number as usize)
    };
    let size = number("size").unwrap_or(0);
    match text(steps, row, "action") {
        "new" => *rules = NodeRules::new(size),
        "write" => {
            let expected = match text(steps, row, "answer") {
                "true" => Ready,
                _ => Wait,
            };
            let what = format!("the return value for {size}");
            steps.equal(what, &rules.push(size), &expected);
        }
        _ => {
            let drain = text(steps, row, "events") == "drain";
            let seen = rules.pop().map(|popped| popped.drain);
            steps.equal("whether the drain comes", &seen, &Some(drain));
        }
    }
    let level = number("length").unwrap_or(0);
    steps.equal("the level", &rules.level(), &level);
}

/// A cell; an empty one is an empty text.
fn text<'t>(steps: &Steps, row: &Row<'t>, name: &str) -> &'t str {
    steps.succeeds(name, row.text(name)).unwrap_or_default()
}
