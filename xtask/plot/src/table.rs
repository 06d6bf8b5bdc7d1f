//! The run as a table, with a sparkline for each server.

use course::screen::columns;
use course::size::counted;
use course::wrap::{hanging, wrapped};

use crate::curve::{Curve, Run, mebibytes};
use crate::{files, spark};

/// Columns of the sparkline.
const WIDTH: usize = 72;

/// Returns everything that is printed at the end, in 80 columns. A server's name has a
/// line of its own, because it's as long as its figures.
pub(crate) fn render(run: &Run) -> String {
    let mut text = format!("\n{}\n\n", wrapped(&run.story, columns()));
    text += &format!(
        "{:>10}  {:>10}  {:>11}  {:>8}  {:>6}  {}\n",
        "peak MiB", "first byte", "first drain", "seconds", "MB/s", "payload"
    );
    for curve in &run.curves {
        text += &format!("\n{}\n{}", curve.label, row(curve));
        if let Some(peak) = curve.kernel_peak() {
            text += &format!("{peak:>10.1}  send queue in the kernel\n");
        }
        let levels: Vec<f64> = curve.points().map(|(_, level)| level).collect();
        // There's one scale for all, because the shapes are there to be compared.
        let share =
            curve.points().last().map_or(0.0, |(end, _)| end) / run.longest().max(1e-9);
        let columns = ((WIDTH as f64 * share).ceil() as usize).max(1);
        let line = spark::line(&levels, run.tallest(), columns);
        text += &format!("  {line}\n");
    }
    if let Some(prediction) = &run.prediction {
        text += &format!("\n{}\n{:>10}\n", prediction.label, prediction.peak);
    }
    let circumstances = wrapped(&run.circumstances, columns());
    text + &format!("\n{circumstances}\n{}", run.command)
}

fn row(curve: &Curve) -> String {
    let payload = match &curve.flaw {
        None => format!("whole, {}", counted(curve.bytes)),
        Some(flaw) => format!("NO: {flaw}"),
    };
    let row = format!(
        "{:>10.1}  {:>7} ms  {:>11}  {:>8.2}  {:>6.0}  {payload}",
        mebibytes(curve.peak()),
        format!("{:.1}", curve.first_byte() * 1000.0),
        files::drained(curve),
        curve.time.as_secs_f64(),
        curve.speed(),
    );
    hanging(&row, 4, columns()) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::example;

    #[test]
    fn every_server_has_a_row_with_its_figures_and_what_was_wrong() {
        let text = render(&example());
        let row = |label: &str| {
            let mut lines = text.lines().skip_while(|line| !line.starts_with(label));
            lines.nth(1)
        };
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
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
    }
}
