//! What is wrong with the pages, a line each.

/// What was found so far.
#[derive(Debug, Default)]
pub struct Complaints(Vec<String>);

impl Complaints {
    /// Adds what was found at a place: a page, a theme, a size.
    pub fn add(&mut self, place: &str, found: impl IntoIterator<Item = String>) {
        let lines = found.into_iter().map(|what| format!("{place}: {what}"));
        self.0.extend(lines);
    }

    /// Fails the test with everything that was found.
    #[track_caller]
    pub fn assert_none(self) {
        let lines = self.0.join("\n");
        assert!(lines.is_empty(), "{} complaints:\n{lines}", self.0.len());
    }
}
