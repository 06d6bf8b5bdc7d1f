//! What was measured, and what is compared.

use std::collections::BTreeMap;

/// One figure of every server, once a round.
#[derive(Debug, Clone)]
pub(crate) struct Measure {
    /// Its name in the JSON file.
    pub(crate) key: String,
    /// What it is, for people.
    pub(crate) title: String,
    /// Of the values.
    pub(crate) unit: &'static str,
    /// The server that others are compared with.
    pub(crate) against: &'static str,
    /// By server, in the order of the rounds.
    pub(crate) values: BTreeMap<&'static str, Vec<f64>>,
}

/// A whole run.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    /// The command that repeats it.
    pub(crate) command: String,
    /// System, processor, cores, memory.
    pub(crate) machine: String,
    /// Name and description of every server, in order.
    pub(crate) servers: Vec<(&'static str, String)>,
    /// What was measured.
    pub(crate) measures: Vec<Measure>,
}

/// The median, and what lies around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) least: f64,
    pub(crate) median: f64,
    pub(crate) most: f64,
}

impl Spread {
    /// Of at least one value.
    pub(crate) fn of(values: &[f64]) -> Option<Spread> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let median = match sorted.len() {
            0 => return None,
            odd if odd % 2 == 1 => sorted[odd / 2],
            even => (sorted[even / 2 - 1] + sorted[even / 2]) / 2.0,
        };
        Some(Spread {
            least: sorted[0],
            median,
            most: sorted[sorted.len() - 1],
        })
    }
}

impl Measure {
    /// Nothing yet.
    pub(crate) fn new(
        key: impl Into<String>,
        title: impl Into<String>,
        unit: &'static str,
        against: &'static str,
    ) -> Measure {
        let (key, title, values) = (key.into(), title.into(), BTreeMap::new());
        Measure {
            key,
            title,
            unit,
            against,
            values,
        }
    }

    /// A value of the next round.
    pub(crate) fn add(&mut self, server: &'static str, value: Option<f64>) {
        self.values.entry(server).or_default().extend(value);
    }

    /// The values of a server.
    pub(crate) fn value(&self, server: &str) -> Option<Spread> {
        Spread::of(self.values.get(server)?)
    }

    /// A server's values over those of the same round of the one it is compared with.
    pub(crate) fn ratio(&self, server: &str) -> Option<Spread> {
        let (own, other) = (self.values.get(server)?, self.values.get(self.against)?);
        let pairs = own.iter().zip(other).filter(|(_, other)| **other > 0.0);
        let ratios: Vec<f64> = pairs.map(|(own, other)| own / other).collect();
        Spread::of(&ratios)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_taken_inside_each_round() {
        let mut measure = Measure::new("speed", "speed", "MB/s", "nginx");
        // The second round ran on a machine twice as slow.
        for (ours, nginx) in [(100.0, 200.0), (51.0, 100.0), (99.0, 200.0)] {
            measure.add("ours", Some(ours));
            measure.add("nginx", Some(nginx));
        }
        let ratio = measure.ratio("ours").expect("both are there");
        assert_eq!((ratio.least, ratio.median, ratio.most), (0.495, 0.5, 0.51));
        assert_eq!(
            measure.value("ours").map(|spread| spread.median),
            Some(99.0)
        );
    }

    #[test]
    fn what_was_not_measured_has_no_value_and_no_ratio() {
        let mut measure = Measure::new("cpu", "cpu", "s", "nginx");
        measure.add("ours", None);
        assert_eq!(measure.value("ours"), None);
        assert_eq!(measure.ratio("ours"), None);
        assert_eq!(measure.value("nginx"), None);
    }
}
