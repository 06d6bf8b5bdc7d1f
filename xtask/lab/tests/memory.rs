//! What the counting allocator counts. Counts are of the whole process, so each
//! test measures inside a check: those run one at a time. The harness itself
//! still allocates and frees a little meanwhile, hence the margin.

use std::hint::black_box;

use lab::memory::Mark;
use lab::{Size, Steps, check};

const MIB: u64 = 1 << 20;

fn block(mebibytes: usize) -> Vec<u8> {
    black_box(vec![1; mebibytes << 20])
}

/// Expects `seen` within half a MiB of so many MiB.
#[track_caller]
fn near(steps: &Steps, what: &str, seen: u64, mebibytes: u64) {
    steps.at_least(
        what,
        Size(seen),
        Size((mebibytes * MIB).saturating_sub(MIB / 2)),
    );
    steps.at_most(what, Size(seen), Size(mebibytes * MIB + MIB / 2));
}

#[track_caller]
fn live(steps: &Steps, what: &str, mark: &Mark, mebibytes: u64) {
    near(steps, what, mark.live().max(0) as u64, mebibytes);
}

#[test]
fn a_peak_stays_after_the_block_is_freed() {
    check(|steps| {
        let mark = Mark::now();
        drop(block(8));
        near(&steps, "peak", mark.peak(), 8);
        live(&steps, "live", &mark, 0);
        near(&steps, "allocated", mark.allocated(), 8);
        steps.at_least("allocations", mark.allocations(), 1);
    });
}

#[test]
fn marks_overlap() {
    check(|steps| {
        let whole = Mark::now();
        drop(block(8));
        let kept = block(2);
        let half = Mark::now();
        drop(block(4));
        let rest = Mark::now();
        near(&steps, "the first mark", whole.peak(), 8);
        near(&steps, "the second mark", half.peak(), 4);
        near(&steps, "the third mark", rest.peak(), 0);
        drop(kept);
        steps.at_most("freed since", half.live(), -(MIB as i64));
        drop(block(16));
        near(&steps, "the first mark, later", whole.peak(), 16);
        near(&steps, "the second mark, later", half.peak(), 14);
    });
}

#[test]
fn a_block_that_grows_counts_its_size_once() {
    check(|steps| {
        let mark = Mark::now();
        let mut bytes = block(4);
        bytes.reserve_exact(4 << 20);
        black_box(&mut bytes);
        live(&steps, "live after growing", &mark, 8);
        near(&steps, "peak of growing", mark.peak(), 8);
        near(&steps, "allocated", mark.allocated(), 12);
        bytes.truncate(1 << 20);
        bytes.shrink_to_fit();
        live(&steps, "live after shrinking", &mark, 1);
        drop(bytes);
        live(&steps, "live at the end", &mark, 0);
    });
}

#[test]
fn zeroed_memory_counts_although_it_is_not_touched() {
    check(|steps| {
        let mark = Mark::now();
        let zeros = black_box(vec![0_u8; 64 << 20]);
        live(&steps, "live", &mark, 64);
        drop(zeros);
    });
}

#[test]
fn memory_of_another_thread_counts() {
    check(|steps| {
        let mark = Mark::now();
        let block = std::thread::spawn(|| block(8)).join().expect("no panic");
        live(&steps, "live", &mark, 8);
        drop(block);
        live(&steps, "live at the end", &mark, 0);
    });
}
