//! The level as a strip: one character a tick.

use watermark::{QueueError, Record};

use crate::simulation::{Plan, Policy, run};

/// From the lowest to the highest. An empty queue is a dot.
const BARS: [char; 9] = ['.', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Both runs of a plan on one scale, and the one that obeys once
/// more on its own.
pub(crate) fn shown(plan: &Plan) -> Result<String, QueueError> {
    let (obeyed, obeying) = run(plan, Policy::Obeys)?;
    let (ignored, ignoring) = run(plan, Policy::Ignores)?;
    let both = obeying.peak.max(ignoring.peak);
    Ok(format!(
        "Each tick gives {} and takes {}, in items of {}.\n\
         Marks: high {}, low {}.\n\n\
         A full block is {}:\n\
         ignores  {}\n         {}\n\
         obeys    {}\n         {}\n\n\
         A full block is {}:\n\
         obeys    {}\n",
        kib(plan.give),
        kib(plan.take),
        kib(plan.item),
        kib(plan.marks.high),
        kib(plan.marks.low),
        kib(both),
        strip(&ignored, both),
        told(&ignoring),
        strip(&obeyed, both),
        told(&obeying),
        kib(obeying.peak),
        strip(&obeyed, obeying.peak),
    ))
}

fn kib(bytes: usize) -> String {
    format!("{} KiB", bytes / 1024)
}

/// A record in words.
fn told(record: &Record) -> String {
    let Record {
        peak,
        pushed,
        waits,
        ..
    } = record;
    let peak = kib(*peak);
    format!(
        "peak {peak}, {pushed} items pushed, {waits} answers `Wait`"
    )
}

fn strip(levels: &[usize], highest: usize) -> String {
    let steps = BARS.len() - 1;
    levels
        .iter()
        .map(|&level| {
            // Only an empty queue looks empty.
            let step = (level * steps).div_ceil(highest.max(1));
            BARS[step.min(steps)]
        })
        .collect()
}
