//! Anchors: the markers `ANCHOR: name` and `ANCHOR_END: name` around lines of a file.
//! The starters are cut at these markers, and the book's pages quote the lines between
//! them.
//!
//! A page writes mdBook's own `{{#include ../../solutions/…/subnet.rs:contains}}`. The
//! book builder expands it before mdBook does. mdBook would show nothing for a missing
//! anchor, only log a missing file, and keep the indentation of an inner block.

/// Marks a line of a solution that exists only in its starter.
pub const STARTER_ONLY: &str = "//?";

/// Returns the lines of `source` between the markers of `anchor`, ready for a page:
/// without markers, without lines that exist only in the starter, and without their
/// common indentation.
///
/// # Errors
///
/// Returns a message if a marker is missing, or if there's no line between the markers.
pub fn anchored(source: &str, anchor: &str) -> Result<String, String> {
    let mut lines = Vec::new();
    let mut inside = false;
    let mut ended = false;
    for line in source.lines() {
        match marker(line) {
            Some(Marker::Begin(name)) if name == anchor => inside = true,
            Some(Marker::End(name)) if name == anchor => {
                ended = inside;
                inside = false;
            }
            _ if inside => lines.push(line),
            _ => {}
        }
    }
    if inside {
        return Err(format!("the anchor `{anchor}` has no ANCHOR_END"));
    }
    if !ended {
        return Err(format!("there is no anchor `{anchor}` in this file"));
    }
    shown(&lines).ok_or_else(|| format!("the anchor `{anchor}` contains no lines"))
}

/// Returns a whole file, ready for a page, as [`anchored`] does.
///
/// # Errors
///
/// Returns a message if the file has nothing to show.
pub fn whole(source: &str) -> Result<String, String> {
    let lines: Vec<&str> = source.lines().collect();
    shown(&lines).ok_or_else(|| "this file is empty".to_string())
}

/// A line that begins or ends an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker<'a> {
    /// The beginning of the anchor with this name.
    Begin(&'a str),
    /// Its end.
    End(&'a str),
}

/// Returns the marker on a line, as mdBook recognizes it: in a comment of any language.
pub fn marker(line: &str) -> Option<Marker<'_>> {
    let name = |rest: &'_ str| -> usize {
        rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
            .unwrap_or(rest.len())
    };
    if let Some((_, rest)) = line.split_once("ANCHOR_END:") {
        let rest = rest.trim_start();
        return Some(Marker::End(&rest[..name(rest)]));
    }
    let (_, rest) = line.split_once("ANCHOR:")?;
    let rest = rest.trim_start();
    Some(Marker::Begin(&rest[..name(rest)]))
}

/// Joins the lines that a reader sees. Returns `None` if all of them are blank.
fn shown(lines: &[&str]) -> Option<String> {
    let kept: Vec<&str> = lines
        .iter()
        .filter(|line| {
            !line.trim_start().starts_with(STARTER_ONLY) && marker(line).is_none()
        })
        .map(|line| line.trim_end())
        .collect();
    let first = kept.iter().position(|line| !line.is_empty())?;
    let last = kept.iter().rposition(|line| !line.is_empty())?;
    let kept = &kept[first..=last];
    let indent = kept
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()?;
    let dedented: Vec<&str> = kept
        .iter()
        .map(|line| line.get(indent..).unwrap_or(""))
        .collect();
    Some(dedented.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
// ANCHOR: outer
impl Subnet {
    // ANCHOR: contains
    pub fn contains(&self) -> bool {
        //? todo!(\"is the address inside?\")
        // ANCHOR: cut-contains

        self.matches()
        // ANCHOR_END: cut-contains
    }
    // ANCHOR_END: contains
}
// ANCHOR_END: outer
";

    #[test]
    fn an_inner_anchor_is_dedented_and_loses_markers_and_starter_lines() {
        let shown = anchored(SOURCE, "contains");
        let expected =
            "pub fn contains(&self) -> bool {\n\n    self.matches()\n}".to_string();
        assert_eq!(shown, Ok(expected));
    }

    #[test]
    fn an_outer_anchor_keeps_the_shape_of_the_inner_one() {
        let shown = anchored(SOURCE, "outer").expect("the anchor is there");
        assert!(shown.starts_with("impl Subnet {\n    pub fn contains"));
        assert!(!shown.contains("ANCHOR") && !shown.contains("//?"));
    }

    #[test]
    fn a_missing_anchor_is_named() {
        let message = anchored(SOURCE, "absent").unwrap_err();
        assert!(message.contains("`absent`"), "{message}");
    }

    #[test]
    fn an_anchor_that_is_only_the_start_of_a_name_is_missing() {
        assert!(anchored(SOURCE, "contain").is_err());
    }

    #[test]
    fn an_anchor_without_an_end_is_named() {
        let message = anchored("// ANCHOR: open\nfn f() {}\n", "open").unwrap_err();
        assert!(message.contains("ANCHOR_END"), "{message}");
    }

    #[test]
    fn an_anchor_with_nothing_to_show_is_a_mistake() {
        let source = "// ANCHOR: a\n    //? todo!()\n\n// ANCHOR_END: a\n";
        assert!(anchored(source, "a").is_err());
    }

    #[test]
    fn a_whole_file_loses_its_markers_in_any_comment_style() {
        let shown = whole("# ANCHOR: x\n[package]\n# ANCHOR_END: x\n");
        assert_eq!(shown, Ok("[package]".to_string()));
    }
}
