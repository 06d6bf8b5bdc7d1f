//! Sections that look the same in every chapter and are recognized by their headings.

/// Headings that open a section of their own, and its class.
const SECTIONS: [(&str, &str); 2] = [
    ("## When it breaks", "breaks"),
    ("## You can stop here", "stop"),
];

/// The sections of one page, as its lines pass.
#[derive(Debug, Default)]
pub struct Sections {
    open: bool,
    seen: Vec<&'static str>,
}

impl Sections {
    /// Returns what is inserted before a line outside of fenced blocks.
    pub fn before(&mut self, line: &str) -> String {
        let is_heading = line.starts_with("# ") || line.starts_with("## ");
        if !is_heading {
            return String::new();
        }
        let mut tags = self.end();
        let begins = |(heading, _): &&(&str, &str)| {
            let rest = line.strip_prefix(*heading);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        if let Some((heading, class)) = SECTIONS.iter().find(begins) {
            self.open = true;
            self.seen.push(heading);
            tags.push_str(&format!("<section class=\"{class}\">\n\n"));
        }
        tags
    }

    /// Returns what is added after the last line.
    pub fn end(&mut self) -> String {
        if std::mem::take(&mut self.open) {
            "\n</section>\n\n".to_string()
        } else {
            String::new()
        }
    }

    /// Returns the headings that are missing on this page.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        let headings = SECTIONS.iter().map(|(heading, _)| *heading);
        headings.filter(|heading| !self.seen.contains(heading))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_where_the_next_heading_begins() {
        let mut sections = Sections::default();
        let lines = ["## When it breaks {#breaks}", "text", "### more", "## Next"];
        let tags: Vec<String> = lines.map(|line| sections.before(line)).to_vec();
        assert!(tags[0].contains("<section class=\"breaks\">"));
        assert_eq!((tags[1].as_str(), tags[2].as_str()), ("", ""));
        assert!(tags[3].contains("</section>"));
        assert_eq!(sections.end(), "");
        let missing: Vec<&str> = sections.missing().collect();
        assert_eq!(missing, ["## You can stop here"]);
    }
}
