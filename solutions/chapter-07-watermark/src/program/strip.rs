//! Shows the level as a strip, with one character for each tick.
//!
//! We provide this file, which only prints.

use watermark::{Policy, QueueError, Simulation};

/// The bars, from the lowest to the highest. A dot is an empty queue.
const BARS: [char; 9] = ['.', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Renders the level with both policies, each on its own scale.
pub(crate) fn render(plan: &Simulation) -> Result<String, QueueError> {
    let mut text = format!(
        "Each tick gives {} and takes {}, in items of {}.\n\
         Marks: high {}, low {}.\n",
        kib(plan.give),
        kib(plan.take),
        kib(plan.item),
        kib(plan.marks.high),
        kib(plan.marks.low),
    );
    for policy in [Policy::Ignores, Policy::Obeys] {
        let (levels, record) = plan.run(policy)?;
        let (peak, pushed) = (record.peak, record.pushed);
        let (strip, waits) = (strip(&levels, peak), record.waits);
        let peak = kib(peak);
        text += &format!(
            "\n{policy:?} `Wait`; a full block is {peak}:\n{strip}\n\
             peak {peak}, {pushed} items pushed, {waits} times `Wait`\n"
        );
    }
    Ok(text)
}

fn kib(bytes: usize) -> String {
    format!("{} KiB", bytes / 1024)
}

fn strip(levels: &[usize], highest: usize) -> String {
    let steps = BARS.len() - 1;
    let bar = |&level: &usize| {
        // Only an empty queue is shown as empty.
        let step = (level * steps).div_ceil(highest.max(1));
        BARS[step.min(steps)]
    };
    levels.iter().map(bar).collect()
}
