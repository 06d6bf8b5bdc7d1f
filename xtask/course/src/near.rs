//! Finds the known word that a misspelled word probably means.

/// Returns the known word that is nearest to `word`, if one is near enough to suggest.
pub fn nearest<'a>(
    word: &str,
    known: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    known
        .map(|candidate| (distance(word, candidate), candidate))
        // A wrong suggestion is worse than none: `list` isn't a misspelling of `hint`.
        .filter(|(distance, near)| {
            let shorter = word.chars().count().min(near.chars().count());
            *distance <= (shorter / 3).max(1) && *distance < shorter
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Returns the number of edits from one word to the other, in characters. Swapping two
/// adjacent letters is one edit.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            if i == 0 || j == 0 {
                rows[i][j] = i.max(j);
                continue;
            }
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = least;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_word_that_is_near_is_offered() {
        let known = ["check", "hint", "test", "book", "map"];
        for (word, near) in [
            ("chekc", Some("check")),
            ("chek", Some("check")),
            ("hnit", Some("hint")),
            ("boook", Some("book")),
            ("list", None),
            ("next", None),
            ("foo", None),
            ("banana", None),
            ("x", None),
        ] {
            let found = nearest(word, known.into_iter());
            assert_eq!(found, near, "{word}");
        }
    }
}
