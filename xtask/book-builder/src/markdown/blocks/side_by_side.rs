//! Node.js and Rust side by side: `{{#beside NODE RUST}}` with two targets of code.

/// Returns both pieces of code with their headings, as HTML around Markdown.
///
/// They're beside each other if the window is wide enough for both.
pub fn beside(node: &str, rust: &str) -> String {
    let column = |title: &str, language: &str, code: &str| {
        // CommonMark ends an HTML block at a blank line.
        format!("<div>\n<p>{title}</p>\n\n```{language}\n{code}\n```\n\n</div>\n")
    };
    format!(
        "<div class=\"beside\">\n{}{}</div>",
        column("Node.js", "js", node.trim_end()),
        column("Rust", "rust", rust.trim_end())
    )
}
