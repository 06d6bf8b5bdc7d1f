//! A curve as a line of text.

/// From the lowest to the highest, for terminals with UTF-8.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The same in plain ASCII.
const PLAIN: [char; 8] = ['_', '.', ':', '-', '=', '+', '*', '#'];

/// Returns `values` as `width` characters, where `full` is the height of the highest
/// one.
pub(crate) fn line(values: &[f64], full: f64, width: usize) -> String {
    let marks = if course::screen::speaks_utf8() {
        BLOCKS
    } else {
        PLAIN
    };
    if values.is_empty() || width == 0 {
        return String::new();
    }
    let width = width.min(values.len());
    (0..width)
        .map(|column| {
            let from = column * values.len() / width;
            let to = ((column + 1) * values.len() / width).max(from + 1);
            // The highest value of each column, because a peak must not disappear.
            let tallest = values[from..to].iter().copied().fold(0.0, f64::max);
            let level = (tallest / full.max(1e-9) * 8.0) as usize;
            marks[level.min(7)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_peak_does_not_vanish_in_a_narrow_line() {
        let mut values = vec![0.0; 1000];
        values[500] = 8.0;
        let line = line(&values, 8.0, 10);
        assert_eq!(line.chars().count(), 10);
        let tallest = [BLOCKS[7], PLAIN[7]];
        assert_eq!(
            line.chars().filter(|mark| tallest.contains(mark)).count(),
            1
        );
    }

    #[test]
    fn few_values_make_a_short_line() {
        assert_eq!(line(&[1.0, 1.0], 1.0, 40).chars().count(), 2);
        assert_eq!(line(&[], 1.0, 40), "");
    }
}
