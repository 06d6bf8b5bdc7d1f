//! The results of a measurement: one curve for each server, and the run that they
//! belong to.

use std::time::Duration;

use lab_net::resident::Series;

/// If a server reads nothing for this many seconds, it has waited. A shorter pause may
/// only mean that the machine is busy.
const WAIT: f64 = 0.15;
/// Runtimes read a few bytes now and then to wake their own threads. Those aren't part
/// of a file.
const WAKE: u64 = 4096;

/// One server under one load.
#[derive(Debug, Clone)]
pub(crate) struct Curve {
    /// The owner of the server, for people.
    pub(crate) label: String,
    /// Its name for programs: `chapter-5`, `chapter-5-mine`, `node-naive`.
    pub(crate) server: String,
    /// Resident memory over time.
    pub(crate) series: Series,
    /// Seconds from the sampler's start to the first request.
    pub(crate) requested: f64,
    /// How much the kernel held for its clients, in MiB over seconds from the first
    /// request, if that was measured.
    pub(crate) kernel: Option<Vec<(f64, f64)>>,
    /// How long after its request each client got its first byte.
    pub(crate) first_bytes: Vec<Duration>,
    /// The time from the first request to the end of the last download.
    pub(crate) time: Duration,
    /// Bytes of all downloads together.
    pub(crate) bytes: u64,
    /// What was wrong with a download, if anything was.
    pub(crate) flaw: Option<String>,
}

/// What the learner predicted for a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prediction {
    /// The server whose peak was predicted, as people call it.
    pub(crate) label: String,
    /// The peak, in MiB.
    pub(crate) peak: u64,
}

/// All curves of one run, and a description of the run.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// The title.
    pub(crate) story: String,
    /// The command that repeats it.
    pub(crate) command: String,
    /// The operating system, the build, and how bytes were verified.
    pub(crate) circumstances: String,
    /// How many bytes each client asked for.
    pub(crate) size: u64,
    /// How many clients there were.
    pub(crate) clients: usize,
    /// One for each server.
    pub(crate) curves: Vec<Curve>,
    /// The learner's prediction, if it's about such a run.
    pub(crate) prediction: Option<Prediction>,
}

impl Curve {
    /// Returns whether every byte arrived in its place.
    pub(crate) fn is_right(&self) -> bool {
        self.flaw.is_none()
    }

    /// Returns the most resident bytes.
    pub(crate) fn peak(&self) -> u64 {
        self.series.peak()
    }

    /// Returns the peak of what the kernel held for its clients, in MiB.
    pub(crate) fn kernel_peak(&self) -> Option<f64> {
        let levels = self.kernel.as_ref()?.iter().map(|(_, level)| *level);
        levels.reduce(f64::max)
    }

    /// Returns the longest wait for a first byte, in seconds.
    pub(crate) fn first_byte(&self) -> f64 {
        let longest = self.first_bytes.iter().max();
        longest.map_or(0.0, Duration::as_secs_f64)
    }

    /// Returns when the server first continued to read after it had waited for its
    /// client, in seconds from the first request. Returns `None` if it never waited, or
    /// if the operating system doesn't report what a process reads.
    pub(crate) fn first_drain(&self) -> Option<f64> {
        // The time of the last read, and how many bytes had been read by then.
        let mut last: Option<(f64, u64)> = None;
        let mut begun = false;
        for sample in &self.series.samples {
            let (now, read) = (sample.seconds - self.requested, sample.read?);
            let (before, had) = *last.get_or_insert((now, read));
            if read - had.min(read) < WAKE {
                continue;
            }
            if begun && now - before >= WAIT {
                return Some(now);
            }
            begun |= now >= 0.0;
            last = Some((now, read));
        }
        None
    }

    /// Resident memory in MiB at a moment, in seconds from the first request.
    pub(crate) fn level(&self, moment: f64) -> f64 {
        let until = self.points().take_while(|(seconds, _)| *seconds <= moment);
        let first = self.points().next();
        until.last().or(first).map_or(0.0, |(_, level)| level)
    }

    /// Returns the speed in millions of bytes a second, for all clients together.
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
        let predicted = self.prediction.iter().map(|it| it.peak as f64);
        let kernel = self.curves.iter().filter_map(Curve::kernel_peak);
        peaks.chain(predicted).chain(kernel).fold(0.0, f64::max)
    }

    /// Returns the time of the last sample on any curve, in seconds.
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

    let curve = |label: &str, server: &str, height: u64, flaw: Option<&str>| {
        let sample = |step: u64| Sample {
            seconds: step as f64 / 10.0,
            bytes: height * step.min(10) / 10,
            // It reads, stops, and reads on at 1.1 s.
            read: Some(height * if (4..12).contains(&step) { 3 } else { step }),
        };
        Curve {
            label: label.to_owned(),
            server: server.to_owned(),
            series: Series {
                samples: (0..20).map(sample).collect(),
                high_water: Some(height),
            },
            requested: 0.1,
            kernel: Some(vec![(0.0, 0.0), (0.5, 3.0), (1.0, 2.0)]),
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
        prediction: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(all: impl IntoIterator<Item = Option<u64>>) -> Option<f64> {
        let mut curve = example().curves.remove(0);
        curve.series.samples.truncate(20);
        for (sample, read) in curve.series.samples.iter_mut().zip(all) {
            sample.read = read;
        }
        curve.first_drain()
    }

    #[test]
    fn a_drain_is_a_read_after_a_wait() {
        let mib = |read: u64| Some(read << 20);
        // The request is at 0.1 s; a sample each 0.1 s.
        let drain = reads(
            [0, 0, 1, 2, 2, 2, 2, 3, 4]
                .map(mib)
                .into_iter()
                .chain([mib(4); 11]),
        );
        let drain = drain.expect("it waits and reads on");
        assert!((drain - 0.6).abs() < 1e-9, "{drain}");
    }

    #[test]
    fn who_reads_everything_at_once_never_drains() {
        let mib = |read: u64| Some(read << 20);
        assert_eq!(
            reads([0, 0, 9].map(mib).into_iter().chain([mib(9); 17])),
            None
        );
        // A thread that is woken reads eight bytes.
        let woken = (0..18).map(|step| Some((9 << 20) + 8 * step));
        assert_eq!(reads([mib(0), mib(0)].into_iter().chain(woken)), None);
        assert_eq!(reads([None; 20]), None);
    }

    #[test]
    fn a_level_between_two_samples_is_the_one_before() {
        let curve = example().curves.remove(0);
        assert_eq!(curve.level(0.25).round(), 307.0);
        assert_eq!(curve.level(-1.0).round(), 102.0);
    }
}
