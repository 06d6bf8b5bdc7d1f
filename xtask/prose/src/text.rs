//! Every text of the project that somebody reads, with its place.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use syn::visit::{self, Visit};
use toml_span::value::ValueInner;

/// Folders whose files are not ours, or not English.
const SKIPPED: [&str; 5] = ["target", "vendor", ".git", "fixture", "prose"];
/// In the place of code.
const CODE: &str = "·";
/// A string of the code with this many words is a message.
const MESSAGE: usize = 4;

/// One paragraph, doc comment, table entry or message.
#[derive(Debug, Clone)]
pub struct Text {
    /// Relative to the project.
    pub file: PathBuf,
    /// The line on which it begins, from 1.
    pub line: usize,
    /// Its words.
    pub words: String,
}

/// All texts below `root`.
///
/// # Errors
///
/// A file that can't be read or isn't what its name says.
pub fn all(root: &Path) -> Result<Vec<Text>> {
    let mut texts = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                if !SKIPPED.contains(&&*name) {
                    folders.push(path);
                }
                continue;
            }
            let read = match path.extension().and_then(|it| it.to_str()) {
                Some("md") => markdown,
                Some("rs") => rust,
                Some("toml") if name == "checks.toml" => toml,
                _ => continue,
            };
            let place = path.strip_prefix(root)?;
            let source = fs::read_to_string(&path)?;
            let found = read(&source).with_context(|| place.display().to_string())?;
            texts.extend(found.into_iter().map(|(line, words)| Text {
                file: place.to_owned(),
                line,
                words: without_code(&words),
            }));
        }
    }
    texts.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    Ok(texts)
}

/// What stands between backticks is code, and stands for a noun.
fn without_code(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(index, part)| if index % 2 == 0 { part } else { CODE })
        .collect()
}

/// The line at this byte, from 1.
fn line_of(source: &str, at: usize) -> usize {
    source[..at].matches('\n').count() + 1
}

/// Lines and words.
type Found = Vec<(usize, String)>;

/// The paragraphs of a page, without its code. Quizzes and notes are prose in a fence.
fn markdown(source: &str) -> Result<Found> {
    let mut found = Vec::new();
    let (mut words, mut line, mut fence) = (String::new(), 1, None);
    for (event, range) in Parser::new_ext(source, Options::all()).into_offset_iter() {
        let here = line_of(source, range.start);
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(kind))) => {
                fence = Some((kind.to_string(), here));
            }
            Event::End(TagEnd::CodeBlock) => fence = None,
            Event::Text(text) => match &fence {
                Some((kind, start)) => {
                    let inside = match kind.as_str() {
                        "quiz" => toml(&text)?,
                        "notes" => markdown(&text)?,
                        _ => Vec::new(),
                    };
                    found.extend(inside.into_iter().map(|(at, it)| (start + at, it)));
                }
                None => {
                    if words.is_empty() {
                        line = here;
                    }
                    words.push_str(&text);
                }
            },
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            Event::Code(_) => words.push_str(CODE),
            Event::Start(tag) if !inline(&tag) => end(&mut found, &mut words, line),
            Event::End(_) if words.ends_with(['.', ':', '?', '!']) => {
                end(&mut found, &mut words, line);
            }
            _ => {}
        }
    }
    end(&mut found, &mut words, line);
    Ok(found)
}

fn inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Link { .. })
}

fn end(found: &mut Found, words: &mut String, line: usize) {
    let words = std::mem::take(words);
    if !words.trim().is_empty() && !words.contains("{{#") {
        found.push((line, words));
    }
}

/// The strings of a table, without the names in it.
fn toml(source: &str) -> Result<Found> {
    let mut found = Vec::new();
    strings(source, toml_span::parse(source)?, &mut found);
    Ok(found)
}

fn strings(source: &str, mut value: toml_span::Value<'_>, found: &mut Found) {
    let line = line_of(source, value.span.start);
    match value.take() {
        ValueInner::String(text) if text.contains(' ') => {
            found.push((line, text.into_owned()));
        }
        ValueInner::Array(array) => {
            array
                .into_iter()
                .for_each(|value| strings(source, value, found));
        }
        ValueInner::Table(table) => {
            table
                .into_values()
                .for_each(|value| strings(source, value, found));
        }
        _ => {}
    }
}

/// Comments, one for each run of lines, and the strings that are messages.
fn rust(source: &str) -> Result<Found> {
    let mut found = Vec::new();
    let (mut words, mut first) = (String::new(), 0);
    for (index, line) in source.lines().enumerate() {
        let comment = line.trim_start().strip_prefix("//");
        let comment = comment.filter(|it| !it.trim_start().starts_with("ANCHOR"));
        match comment {
            Some(comment) => {
                if words.is_empty() {
                    first = index + 1;
                }
                let comment = comment.trim_start_matches(['/', '!']).trim();
                words.push_str(comment);
                words.push(' ');
            }
            None => end(&mut found, &mut words, first),
        }
    }
    end(&mut found, &mut words, first);
    let mut messages = Messages(Vec::new());
    messages.visit_file(&syn::parse_file(source)?);
    found.extend(messages.0);
    Ok(found)
}

struct Messages(Found);

impl<'a> Visit<'a> for Messages {
    fn visit_lit_str(&mut self, literal: &'a syn::LitStr) {
        self.take(literal);
    }

    fn visit_attribute(&mut self, _: &'a syn::Attribute) {
        // Doc comments are read as comments.
    }

    fn visit_macro(&mut self, call: &'a syn::Macro) {
        let mut streams = vec![call.tokens.clone()];
        while let Some(stream) = streams.pop() {
            for token in stream {
                match token {
                    proc_macro2::TokenTree::Group(group) => {
                        streams.push(group.stream())
                    }
                    proc_macro2::TokenTree::Literal(literal) => {
                        if let Ok(literal) = syn::parse_str(&literal.to_string()) {
                            self.take_at(&literal, call);
                        }
                    }
                    _ => {}
                }
            }
        }
        visit::visit_macro(self, call);
    }
}

impl Messages {
    fn take(&mut self, literal: &syn::LitStr) {
        self.add(literal.span().start().line, literal.value());
    }

    fn take_at(&mut self, literal: &syn::LitStr, call: &syn::Macro) {
        let start = call
            .path
            .segments
            .first()
            .map(|it| it.ident.span().start().line);
        self.add(start.unwrap_or(1), literal.value());
    }

    fn add(&mut self, line: usize, words: String) {
        if words.split_whitespace().count() >= MESSAGE {
            self.0.push((line, words));
        }
    }
}
