//! Estimates how long a build takes on this machine from the speed of a short loop.

use std::fs;
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use crate::chapter::workspace::Workspace;

/// How long the loop takes on the machine where the costs were measured.
const REFERENCE: Duration = Duration::from_micros(4_200);
/// A build doesn't keep more cores busy than this on average, because crates wait for
/// each other.
const CORES: f64 = 4.0;
/// The fraction of its cores' time that a build uses.
const USED: f64 = 0.85;

/// Returns in words how long a build of this many processor seconds takes.
pub(super) fn estimate(workspace: &Workspace, cost: f64) -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    in_words(cost / speed(workspace) / ((cores as f64).min(CORES) * USED).max(1.0))
}

/// Returns how fast one core is, compared with the machine where the costs were
/// measured. It's measured once, and stored in the state folder.
fn speed(workspace: &Workspace) -> f64 {
    let path = workspace.state().join("speed.txt");
    let kept = fs::read_to_string(&path).ok();
    let kept = kept.and_then(|text| text.trim().parse().ok());
    if let Some(speed) = kept.filter(|speed| (0.05..=20.0).contains(speed)) {
        return speed;
    }
    // The best of five measurements, because other programs only make the loop slower.
    let best = (0..5).map(|_| one_loop()).min().unwrap_or(REFERENCE);
    let speed = REFERENCE.as_secs_f64() / best.as_secs_f64().max(1e-6);
    // If it can't be stored, it's measured again the next time.
    let _ = fs::create_dir_all(workspace.state())
        .and_then(|()| fs::write(&path, format!("{speed:.2}\n")));
    speed
}

fn one_loop() -> Duration {
    let started = Instant::now();
    let mut number = black_box(1_u64);
    for round in 0..1_000_000_u64 {
        number = (number ^ round).wrapping_mul(0x0100_0000_01b3);
    }
    black_box(number);
    started.elapsed()
}

fn in_words(seconds: f64) -> String {
    match seconds {
        ..8.0 => "a few seconds".to_owned(),
        ..90.0 => format!("about {} s", (seconds / 5.0).round() as u64 * 5),
        _ => format!("about {} minutes", (seconds / 60.0).round() as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_round() {
        for (seconds, words) in [
            (2.0, "a few seconds"),
            (33.0, "about 35 s"),
            (119.0, "about 2 minutes"),
        ] {
            assert_eq!(in_words(seconds), words);
        }
    }
}
