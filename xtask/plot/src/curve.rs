//! What was measured: one curve for each server, and the run around them.

use std::time::Duration;

use lab_net::resident::Series;

/// One server under one load.
#[derive(Debug, Clone)]
pub(crate) struct Curve {
    /// Whose server it is.
    pub(crate) label: String,
    /// Its chapter, `chapter-5`.
    pub(crate) chapter: String,
    /// Resident memory over time.
    pub(crate) series: Series,
    /// Seconds from the sampler's start to the first request.
    pub(crate) requested: f64,
    /// When each client got its first byte, after its request.
    pub(crate) first_bytes: Vec<Duration>,
    /// From the first request to the end of the last download.
    pub(crate) time: Duration,
    /// Bytes of all downloads together.
    pub(crate) bytes: u64,
    /// What was wrong with a download, if anything.
    pub(crate) flaw: Option<String>,
}

/// All curves of one run, and what was run.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// The title.
    pub(crate) story: String,
    /// The command that repeats it.
    pub(crate) command: String,
    /// The system, the build, and how bytes were verified.
    pub(crate) circumstances: String,
    /// How many bytes each client asked for.
    pub(crate) size: u64,
    /// How many clients there were.
    pub(crate) clients: usize,
    /// One for each server.
    pub(crate) curves: Vec<Curve>,
}

impl Curve {
    /// Did every byte arrive, in its place?
    pub(crate) fn is_right(&self) -> bool {
        self.flaw.is_none()
    }

    /// The most resident bytes.
    pub(crate) fn peak(&self) -> u64 {
        self.series.peak()
    }

    /// The longest wait for a first byte, in seconds.
    pub(crate) fn first_byte(&self) -> f64 {
        let longest = self.first_bytes.iter().max();
        longest.map_or(0.0, Duration::as_secs_f64)
    }

    /// Millions of bytes a second, all clients together.
    pub(crate) fn speed(&self) -> f64 {
        self.bytes as f64 / 1e6 / self.time.as_secs_f64().max(1e-9)
    }

    /// Resident memory in MiB, over seconds from the first request.
    pub(crate) fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        self.series
            .samples
            .iter()
            .map(|sample| (sample.seconds - self.requested, mebibytes(sample.bytes)))
            .filter(|(seconds, _)| *seconds >= 0.0)
    }
}

impl Run {
    /// The tallest peak in MiB.
    pub(crate) fn tallest(&self) -> f64 {
        let peaks = self.curves.iter().map(|curve| mebibytes(curve.peak()));
        peaks.fold(0.0, f64::max)
    }

    /// The last moment that any curve knows, in seconds.
    pub(crate) fn longest(&self) -> f64 {
        let ends = self.curves.iter().filter_map(|curve| curve.points().last());
        ends.map(|(seconds, _)| seconds).fold(0.0, f64::max)
    }
}

/// Bytes as MiB.
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// A run that never was, for the tests of what is made from one.
#[cfg(test)]
pub(crate) fn example() -> Run {
    use lab_net::resident::Sample;

    let curve = |label: &str, chapter: &str, height: u64, flaw: Option<&str>| {
        let sample = |step: u64| Sample {
            seconds: step as f64 / 10.0,
            bytes: height * step.min(10) / 10,
        };
        Curve {
            label: label.to_owned(),
            chapter: chapter.to_owned(),
            series: Series {
                samples: (0..20).map(sample).collect(),
                high_water: Some(height),
            },
            requested: 0.1,
            first_bytes: vec![Duration::from_millis(3), Duration::from_millis(2)],
            time: Duration::from_secs(2),
            bytes: 1 << 30,
            flaw: flaw.map(str::to_owned),
        }
    };
    Run {
        story: "Resident memory while 1 client downloads 1 GiB".to_owned(),
        command: "cargo xtask plot".to_owned(),
        circumstances: "a test".to_owned(),
        size: 1 << 30,
        clients: 1,
        curves: vec![
            curve("naive <yours>", "chapter-5", 1 << 30, None),
            curve("streamed", "chapter-8", 8 << 20, Some("bytes are missing")),
        ],
    }
}
