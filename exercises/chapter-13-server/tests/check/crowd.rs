//! Checks of several transfers that are open at the same time.

use lab::Steps;
use lab::random::Random;
use server::{Totals, Transfer, TransferCount};

const TURNS: usize = 2000;
/// Open at the same time, at most.
const OPEN: usize = 8;

/// After each turn the totals are compared with a model's. One that
/// is still open has neither finished nor been cut.
pub fn in_any_order(steps: &Steps) {
    steps.step(
        "up to eight transfers are open at once: they begin, send and \
         end in an order of chance",
    );
    let mut random = Random::new(12);
    let count = TransferCount::default();
    let mut open: Vec<Transfer> = Vec::new();
    let mut expected = Totals::default();
    for _ in 0..TURNS {
        let what = turn(&mut random, &count, &mut open, &mut expected);
        steps.equal(
            format!("totals after {what}, with {} open", open.len()),
            &count.totals(),
            &expected,
        );
    }
}

/// One turn, in both: what happened.
fn turn(
    random: &mut Random,
    count: &TransferCount,
    open: &mut Vec<Transfer>,
    expected: &mut Totals,
) -> &'static str {
    let at = random.below(OPEN);
    if at >= open.len() {
        // A clone is the same counter.
        open.push(count.clone().begin());
        expected.started += 1;
        return "a beginning";
    }
    match random.below(4) {
        0 => {
            open.swap_remove(at).complete();
            expected.complete += 1;
            "a complete one"
        }
        1 => {
            drop(open.swap_remove(at));
            expected.cut += 1;
            "one that was cut"
        }
        _ => {
            let bytes = random.below(100_000) as u64;
            open[at].sent(bytes);
            expected.bytes += bytes;
            "some bytes"
        }
    }
}

/// What one thread counts, no other one may overwrite.
pub fn together(steps: &Steps) {
    const THREADS: u64 = 4;
    const EACH: u64 = 50_000;
    steps.step("four threads count at the same time");
    let count = TransferCount::default();
    let all_there = std::sync::Barrier::new(THREADS as usize);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                all_there.wait();
                for at in 0..EACH {
                    let mut transfer = count.begin();
                    for _ in 0..3 {
                        transfer.sent(1);
                    }
                    match at % 2 {
                        0 => transfer.complete(),
                        _ => drop(transfer),
                    }
                }
            });
        }
    });
    let started = THREADS * EACH;
    let expected = Totals {
        started,
        complete: started / 2,
        cut: started / 2,
        bytes: 3 * started,
    };
    steps.equal("what all have counted", &count.totals(), &expected);
}
