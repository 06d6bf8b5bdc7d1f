//! Notes for the instructor, written as fenced blocks of Markdown.
//!
//! ````text
//! ```notes
//! **Ask first.** Let the room vote before anybody runs the server.
//! ```
//! ````
//!
//! They are hidden until the page is asked for them (`?notes`, or the button at its
//! end). Until then they stand in a script element that no browser runs: that keeps
//! them out of the page, of search, of print and of what a screen reader says.

use mdbook_markdown::pulldown_cmark::{Parser, html};

/// The word after the fence.
pub const FENCE: &str = "notes";

/// The notes as HTML without blank lines, out of sight.
pub fn hidden(markdown: &str) -> String {
    let mut shown = String::new();
    html::push_html(&mut shown, Parser::new(markdown));
    // Only this would end the element.
    let kept = shown.replace("</script", "&lt;/script");
    let lines: Vec<&str> = kept.lines().filter(|line| !line.is_empty()).collect();
    format!(
        "<script type=\"text/x-notes\">\n{}\n</script>\n",
        lines.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::hidden;

    #[test]
    fn markdown_becomes_html_that_cannot_leave_its_element() {
        let html = hidden("**Ask** first.\n\n</script>\n\n- `one`\n- two\n");
        assert!(html.contains("<strong>Ask</strong>"), "{html}");
        assert!(html.contains("<code>one</code>"), "{html}");
        assert_eq!(html.matches("</script").count(), 1, "{html}");
        assert!(!html.trim_end().contains("\n\n"), "{html}");
    }
}
