//! Checks of the simulation: two ends that are not equally fast.

use std::collections::VecDeque;

use lab::Steps;
use watermark::{Policy, Simulation, Watermarks};

pub fn follows_the_rules(steps: Steps) {
    let plan = |give, take, item, (low, high)| Simulation {
        give,
        take,
        item,
        marks: Watermarks::new(low, high),
        ticks: 40,
    };
    for plan in [
        plan(4, 1, 1, (2, 5)),
        plan(64, 16, 16, (128, 256)),
        // The last item of a tick is a short one.
        plan(10, 3, 4, (0, 12)),
        // Several ticks make a budget for one item.
        plan(5, 2, 5, (3, 20)),
        // The consumer has time left, and must not save it.
        plan(10, 4, 1, (0, 21)),
        plan(2, 9, 2, (1, 4)),
        plan(6, 4, 2, (0, 0)),
        plan(0, 5, 1, (1, 2)),
    ] {
        for policy in [Policy::Ignores, Policy::Obeys] {
            let Simulation {
                give, take, item, ..
            } = plan;
            let Watermarks { low, high } = plan.marks;
            steps.step(format!(
                "{policy:?}: give {give}, take {take}, items of {item}, \
                 low {low}, high {high}"
            ));
            let (expected, peak) = expected(&plan, policy);
            let seen = plan.run(policy);
            let (levels, record) = steps.succeeds("the run", seen);
            steps.equal("the levels", &levels, &expected);
            steps.equal("the peak", &record.peak, &peak);
        }
    }
}

/// The levels and the peak, by plain numbers.
fn expected(plan: &Simulation, policy: Policy) -> (Vec<usize>, usize) {
    let Watermarks { low, high } = plan.marks;
    let mut sizes = VecDeque::new();
    let (mut level, mut peak) = (0, 0);
    let (mut budget, mut waiting) = (0, false);
    let mut levels = Vec::new();
    for _ in 0..plan.ticks {
        let mut left = plan.give;
        while left > 0 && (policy == Policy::Ignores || !waiting) {
            let size = plan.item.min(left);
            sizes.push_back(size);
            level += size;
            peak = peak.max(level);
            waiting |= level >= high;
            left -= size;
        }
        budget += plan.take;
        while budget >= plan.item {
            let Some(size) = sizes.pop_front() else {
                budget = 0;
                break;
            };
            level -= size;
            budget -= size;
            waiting &= level > low;
        }
        levels.push(level);
    }
    (levels, peak)
}
