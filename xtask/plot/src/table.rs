//! The run as a table, with a sparkline for each server.

use crate::curve::{Curve, Run, mebibytes};
use crate::{files, spark};

/// Columns of the sparkline.
const WIDTH: usize = 48;

/// Everything that is printed at the end.
pub(crate) fn render(run: &Run) -> String {
    let label = run
        .curves
        .iter()
        .map(|curve| curve.label.chars().count())
        .max();
    let label = label.unwrap_or(0).max(28);
    let predicted = run.prediction.as_ref().map_or(0, |it| it.label.len());
    let label = label.max(predicted);
    let mut text = format!("\n{}\n\n", run.story);
    text += &format!(
        "{:<label$}  {:>8}  {:>10}  {:>11}  {:>8}  {:>6}  {}\n",
        "server", "peak MiB", "first byte", "first drain", "seconds", "MB/s", "payload"
    );
    for curve in &run.curves {
        text += &row(curve, label);
        if let Some(peak) = curve.kernel_peak() {
            let what = "  send queue in the kernel";
            text += &format!("{what:<label$}  {peak:>8.1}\n");
        }
    }
    if let Some(prediction) = &run.prediction {
        text += &format!("{:<label$}  {:>8}\n", prediction.label, prediction.peak);
    }
    text += "\n";
    for curve in &run.curves {
        let levels: Vec<f64> = curve.points().map(|(_, level)| level).collect();
        // One scale for all: the shapes are there to be compared.
        let share =
            curve.points().last().map_or(0.0, |(end, _)| end) / run.longest().max(1e-9);
        let columns = ((WIDTH as f64 * share).ceil() as usize).max(1);
        let line = spark::line(&levels, run.tallest(), columns);
        text += &format!("{:<label$}  {line}\n", curve.label);
    }
    text += &format!("\n{}\n{}\n", run.circumstances, run.command);
    text
}

fn row(curve: &Curve, label: usize) -> String {
    let payload = match &curve.flaw {
        None => format!("whole, {} bytes", curve.bytes),
        Some(flaw) => format!("NO: {flaw}"),
    };
    format!(
        "{:<label$}  {:>8.1}  {:>7} ms  {:>11}  {:>8.2}  {:>6.0}  {payload}\n",
        curve.label,
        mebibytes(curve.peak()),
        format!("{:.1}", curve.first_byte() * 1000.0),
        files::drained(curve),
        curve.time.as_secs_f64(),
        curve.speed(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::example;

    #[test]
    fn every_server_has_a_row_with_its_figures_and_what_was_wrong() {
        let text = render(&example());
        let row = |label: &str| text.lines().find(|line| line.starts_with(label));
        let naive = row("naive").expect("a row");
        for figure in [
            "1024.0",
            "3.0 ms",
            "1.1 s",
            "2.00",
            "537",
            "whole, 1073741824 bytes",
        ] {
            assert!(naive.contains(figure), "{figure}: {naive}");
        }
        assert!(
            row("streamed").is_some_and(|row| row.contains("NO: bytes are missing"))
        );
    }
}
