//! HTML written and read: escaping, and the tags of a rendered page.
//!
//! The reader is for pages that mdBook rendered, which are well formed. It is no
//! HTML parser: it finds tags and attributes, and skips comments and scripts.

/// A start tag with its attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The name in small letters.
    pub name: String,
    /// Names in small letters; values with character references resolved.
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute, `None` when the tag has none of that name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }
}

/// `text` with the five characters replaced that mean something in HTML.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

/// `text` as HTML on one line, with `code` between backticks.
///
/// A backtick without a partner stays a backtick.
pub fn inline(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let mut html = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, after)) = after.split_once('`') else {
            break;
        };
        html.push_str(&escape(before));
        html.push_str(&format!("<code>{}</code>", escape(code)));
        rest = after;
    }
    html.push_str(&escape(rest));
    html
}

/// Every start tag of a page, in order.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        if !rest[1..].starts_with(|first: char| first.is_ascii_alphabetic()) {
            rest = &rest[1..];
            continue;
        }
        let (tag, after) = read_tag(&rest[1..]);
        rest = after;
        // What stands in these is text, whatever it looks like.
        if matches!(tag.name.as_str(), "script" | "style" | "textarea" | "title") {
            let end = format!("</{}", tag.name);
            rest = rest.find(&end).map_or("", |at| &rest[at..]);
        }
        tags.push(tag);
    }
    tags
}

/// Reads one tag whose `<` is already behind us, and returns what follows it.
fn read_tag(text: &str) -> (Tag, &str) {
    let ends_name = |c: char| c.is_whitespace() || c == '>' || c == '/';
    let end = text.find(ends_name).unwrap_or(text.len());
    let mut tag = Tag {
        name: text[..end].to_ascii_lowercase(),
        attributes: Vec::new(),
    };
    let mut rest = &text[end..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return (tag, rest);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (tag, after);
        }
        let ends_key = |c: char| c.is_whitespace() || c == '=' || c == '>' || c == '/';
        // A stray `=` would otherwise be an empty name forever.
        let end = match rest.find(ends_key).unwrap_or(rest.len()) {
            0 => 1,
            end => end,
        };
        let name = rest[..end].to_ascii_lowercase();
        let (value, after) = read_value(&rest[end..]);
        tag.attributes.push((name, unescape(value)));
        rest = after;
    }
}

/// Reads `="value"`, `='value'`, `=value` or nothing.
fn read_value(text: &str) -> (&str, &str) {
    let Some(value) = text.trim_start().strip_prefix('=') else {
        return ("", text);
    };
    let value = value.trim_start();
    for quote in ['"', '\''] {
        if let Some(quoted) = value.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    let ends_value = |c: char| c.is_whitespace() || c == '>';
    let end = value.find(ends_value).unwrap_or(value.len());
    value.split_at(end)
}

/// Resolves the character references that occur in attributes mdBook writes.
fn unescape(value: &str) -> String {
    value
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_text_is_escaped_and_backticks_become_code() {
        let html = inline("is `a < b`\nsafe & `lonely");
        assert_eq!(html, "is <code>a &lt; b</code> safe &amp; `lonely");
    }

    #[test]
    fn tags_are_found_and_comments_and_scripts_are_not() {
        let html = "<!-- <a href='no'> --><A HREF='x&amp;y' hidden>t</a>\
                    <script>'<img src=no>'</script>1 < 2<br/><img src=z>";
        let found = tags(html);
        let names: Vec<&str> = found.iter().map(|tag| tag.name.as_str()).collect();
        assert_eq!(names, ["a", "script", "br", "img"]);
        assert_eq!(found[0].attribute("href"), Some("x&y"));
        assert_eq!(found[0].attribute("hidden"), Some(""));
        assert_eq!(found[3].attribute("src"), Some("z"));
    }

    #[test]
    fn a_tag_that_never_ends_does_not_hang() {
        assert_eq!(tags("<a = ==\"x").len(), 1);
        assert_eq!(tags("<a href=\"").len(), 1);
    }
}
