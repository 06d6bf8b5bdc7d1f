//! A curve of memory over time.

/// Differences too small to see in a chart, in MiB.
const FLAT: f64 = 0.1;

/// Returns the points where a line of seconds and MiB changes direction. A flat stretch
/// needs only its two ends.
pub fn turns(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let same = |pair: [(f64, f64); 2]| (pair[0].1 - pair[1].1).abs() < FLAT;
    let inside = |at: usize| {
        let neighbours = at.checked_sub(1).zip(points.get(at + 1));
        neighbours.is_some_and(|(before, after)| {
            same([points[before], points[at]]) && same([points[at], *after])
        })
    };
    let kept = (0..points.len()).filter(|at| !inside(*at));
    kept.map(|at| points[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_stretch_keeps_its_ends_and_a_slope_all_its_points() {
        let levels = [0.0, 4.0, 8.0, 8.0, 8.0, 8.0, 7.0];
        let points = levels.map(|level| (0.5, level));
        let kept: Vec<f64> = turns(&points).iter().map(|(_, level)| *level).collect();
        assert_eq!(kept, [0.0, 4.0, 8.0, 8.0, 7.0]);
    }
}
