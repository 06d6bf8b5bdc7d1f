//! The figures as tables for a page of the book.

use crate::figures::{Figures, Measure, Spread};
use crate::files::shown;

/// Two tables in Markdown: medians, and ratios with their spread where rounds were
/// compared.
pub(crate) fn tables(figures: &Figures) -> String {
    let all: Vec<&Measure> = figures.measures.iter().collect();
    let compared: Vec<&Measure> = all
        .iter()
        .copied()
        .filter(|measure| measure.values.values().any(|values| values.len() > 1))
        .collect();
    let medians = table(figures, &all, |measure, name| {
        let value = measure.value(name)?;
        Some(shown(value.median))
    });
    let ratios = table(figures, &compared, |measure, name| {
        let Spread {
            least,
            median,
            most,
        } = measure.ratio(name)?;
        Some(format!("{median:.2} ({least:.2} to {most:.2})"))
    });
    let against = compared.iter().map(|measure| measure.against);
    let mut against: Vec<&str> = against.collect();
    against.dedup();
    format!(
        "{medians}\nThe same, as ratios in each round: median, least and most, \
         against {}.\n\n{ratios}",
        against.join(" and, for requests, ")
    )
}

fn table(
    figures: &Figures,
    measures: &[&Measure],
    cell: impl Fn(&Measure, &str) -> Option<String>,
) -> String {
    let names: Vec<&str> = figures.servers.iter().map(|(name, _)| *name).collect();
    let mut text = format!("| figure | {} |\n", names.join(" | "));
    text += &format!("| --- |{}\n", " --- |".repeat(names.len()));
    for measure in measures {
        let cells: Vec<String> = names
            .iter()
            .map(|name| cell(measure, name).unwrap_or_else(|| "none".to_owned()))
            .collect();
        let (title, unit) = (&measure.title, measure.unit);
        text += &format!("| {title}, {unit} | {} |\n", cells.join(" | "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_of_several_rounds_has_a_ratio_and_one_of_a_single_run_has_none() {
        let mut speed = Measure::new("speed", "1 client", "MB/s", "nginx");
        for value in [50.0, 60.0, 70.0] {
            speed.add("queued", Some(value));
            speed.add("nginx", Some(100.0));
        }
        let mut peak = Measure::new("peak", "peak memory", "MiB", "nginx");
        peak.add("queued", Some(5.0));
        let figures = Figures {
            command: "cargo xtask bench".to_owned(),
            machine: "a test".to_owned(),
            servers: vec![("queued", "ours".to_owned()), ("nginx", "its".to_owned())],
            measures: vec![speed, peak],
        };
        let text = tables(&figures);
        assert!(text.contains("| 1 client, MB/s | 60.0 | 100 |"), "{text}");
        assert!(text.contains("| 0.60 (0.50 to 0.70) |"), "{text}");
        assert!(
            text.contains("| peak memory, MiB | 5.00 | none |"),
            "{text}"
        );
        assert_eq!(text.matches("peak memory").count(), 1, "{text}");
    }
}
