//! A starter is its solution with the marked function bodies cut out.
//! In a solution, `// ANCHOR: cut-name` … `// ANCHOR_END: cut-name` contains what the
//! learner writes, and a line `//? code` replaces it in the starter. The markers are
//! also mdBook anchors, so the book can show either version.

use crate::anchors::{Marker, STARTER_ONLY, marker};

/// A part of a file that the learner writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The anchor's name, `cut-name`.
    pub name: String,
    /// How many lines of code it has, without blank lines and comments.
    pub lines: usize,
}

/// Derives the starter from the solution's `source`. `name` is used in error messages.
///
/// # Errors
///
/// Returns the first marker that doesn't fit, with its line.
pub fn derive(name: &str, source: &str) -> Result<String, String> {
    Ok(read(name, source)?.0)
}

/// Returns the cuts in a solution's `source`.
///
/// # Errors
///
/// The errors of [`derive`].
pub fn cuts(name: &str, source: &str) -> Result<Vec<Cut>, String> {
    Ok(read(name, source)?.1)
}

/// Returns the solution as a learner would write it, without markers and replacement
/// lines.
pub fn clean(source: &str) -> String {
    source
        .lines()
        .filter(|line| marker(line).is_none())
        .filter(|line| !line.trim_start().starts_with(STARTER_ONLY))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Returns whether a line counts as code, which means that it's neither blank nor a
/// comment.
pub fn is_code(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with("//")
}

fn read(name: &str, source: &str) -> Result<(String, Vec<Cut>), String> {
    let fault = |line: usize, what: String| Err(format!("{name}:{line}: {what}"));
    let mut starter = String::with_capacity(source.len());
    let mut cuts: Vec<Cut> = Vec::new();
    let mut open: Vec<(&str, usize)> = Vec::new();
    for (index, line) in source.lines().enumerate() {
        let number = index + 1;
        let inside = open.iter().any(|(name, _)| name.starts_with("cut"));
        match marker(line) {
            Some(Marker::Begin(anchor)) => {
                if anchor.starts_with("cut") {
                    if inside {
                        return fault(
                            number,
                            format!("`{anchor}` is opened inside another cut"),
                        );
                    }
                    cuts.push(Cut {
                        name: anchor.to_owned(),
                        lines: 0,
                    });
                }
                open.push((anchor, number));
            }
            Some(Marker::End(anchor)) => {
                match open.iter().rposition(|(name, _)| *name == anchor) {
                    Some(at) => drop(open.remove(at)),
                    None => {
                        return fault(
                            number,
                            format!("`{anchor}` is closed but was never opened"),
                        );
                    }
                }
            }
            None if inside => {
                if let Some(cut) = cuts.last_mut()
                    && is_code(line)
                {
                    cut.lines += 1;
                }
            }
            None => {
                starter.push_str(&stand_in(line));
                starter.push('\n');
            }
        }
    }
    match open.first() {
        Some((anchor, line)) => fault(*line, format!("`{anchor}` is never closed")),
        None => Ok((starter, cuts)),
    }
}

fn stand_in(line: &str) -> String {
    match line.split_once(STARTER_ONLY) {
        Some((indent, code)) if indent.trim().is_empty() => {
            format!("{indent}{}", code.strip_prefix(' ').unwrap_or(code))
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOLUTION: &str = "\
pub fn triple(a: u32) -> u32 {
    //? todo!(\"triple {a}\")
    // ANCHOR: cut-triple
    // adding is enough
    a + a

        + a
    // ANCHOR_END: cut-triple
}
";

    #[test]
    fn a_cut_body_becomes_its_stand_in() {
        let starter = derive("x.rs", SOLUTION).unwrap();
        assert_eq!(
            starter,
            "pub fn triple(a: u32) -> u32 {\n    todo!(\"triple {a}\")\n}\n"
        );
    }

    #[test]
    fn the_reference_for_a_learner_has_no_markers() {
        let clean = clean(SOLUTION);
        assert!(
            !clean.contains("ANCHOR") && !clean.contains("todo!"),
            "{clean}"
        );
        assert!(clean.contains("    a + a\n"));
    }

    #[test]
    fn only_lines_of_code_count() {
        let cuts = cuts("x.rs", SOLUTION).unwrap();
        assert_eq!(cuts[0].lines, 2);
    }

    #[test]
    fn unbalanced_markers_are_told_with_their_line() {
        for (source, expected) in [
            ("// ANCHOR: cut-a\n", "x.rs:1: `cut-a` is never closed"),
            (
                "fn a() {}\n// ANCHOR_END: cut-a\n",
                "x.rs:2: `cut-a` is closed",
            ),
            (
                "// ANCHOR: cut-a\n// ANCHOR: cut-b\n",
                "x.rs:2: `cut-b` is opened inside",
            ),
        ] {
            let fault = derive("x.rs", source).unwrap_err();
            assert!(fault.contains(expected), "{fault}");
        }
    }
}
