//! Notes for the instructor, written as fenced blocks of Markdown.
//!
//! ````text
//! ```notes
//! **Ask first.** Let the room vote before anybody runs the server.
//! ```
//! ````
//!
//! They're hidden until the reader asks for them (with `?notes`, or with the button at
//! the end of the page). Until then they're in a script element that no browser runs,
//! so they don't appear on the page, in search, in print, or in a screen reader.

use mdbook_markdown::pulldown_cmark::{Parser, html};

/// The word after the opening fence.
pub const FENCE: &str = "notes";

/// Returns the notes as hidden HTML without blank lines.
pub fn hidden(markdown: &str) -> String {
    let mut shown = String::new();
    html::push_html(&mut shown, Parser::new(markdown));
    // Only this text would end the element.
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
