//! The figures as a table for a terminal.

use crate::figures::{Figures, Measure, Spread};

/// All of them, with the machine and the command below.
pub(crate) fn render(figures: &Figures) -> String {
    let mut text = String::new();
    for (name, what) in &figures.servers {
        text += &format!("{name:<10} {what}\n");
    }
    for measure in &figures.measures {
        text += &format!("\n{} ({})\n", measure.title, measure.unit);
        for (name, _) in &figures.servers {
            text += &row(measure, name);
        }
    }
    let machine = course::wrap::wrapped(&figures.machine, course::screen::columns());
    text += &format!("\n{machine}\n{}", figures.command);
    text
}

fn row(measure: &Measure, name: &str) -> String {
    let Some(value) = measure.value(name) else {
        return format!("  {name:<10} not measured\n");
    };
    let ratio = match measure.ratio(name) {
        Some(Spread {
            least,
            median,
            most,
        }) => {
            format!(
                "{median:>6.2} ({least:.2} to {most:.2}) of {}",
                measure.against
            )
        }
        None => String::new(),
    };
    format!("  {name:<10} {:>10.2}  {ratio}\n", value.median)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_median_and_the_ratio_with_its_spread() {
        let mut measure = Measure::new("speed", "speed", "MB/s", "nginx");
        for value in [50.0, 60.0, 70.0] {
            measure.add("queued", Some(value));
            measure.add("nginx", Some(100.0));
        }
        let text = row(&measure, "queued");
        assert!(
            text.contains("60.00") && text.contains("0.60 (0.50 to 0.70)"),
            "{text}"
        );
        assert!(row(&measure, "node").contains("not measured"));
    }
}
