//! Follows every link of the built pages.
//!
//! A page may point out of the book with a link that a reader clicks. It may load
//! nothing from elsewhere: the book is read offline and from a USB stick.

use crate::site::html::{self, Tag};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// A link that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Broken {
    /// The page, relative to the built folder, with `/` between its parts.
    pub page: String,
    /// The link as it is written.
    pub link: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}`: {}", self.page, self.link, self.reason)
    }
}

/// A built book, read back.
pub struct Site {
    /// Every file, by its path in the folder. Names are compared exactly: a file
    /// system that ignores case would hide a link that breaks elsewhere.
    files: BTreeSet<String>,
    pages: BTreeMap<String, Page>,
    styles: BTreeMap<String, String>,
}

struct Page {
    tags: Vec<Tag>,
    anchors: BTreeSet<String>,
}

impl Site {
    /// Reads the pages and style sheets of a built book.
    ///
    /// # Errors
    ///
    /// A folder or file that cannot be read, or a folder without a page.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut site = Site {
            files: BTreeSet::new(),
            pages: BTreeMap::new(),
            styles: BTreeMap::new(),
        };
        site.walk(folder, "")?;
        anyhow::ensure!(
            !site.pages.is_empty(),
            "{} contains no pages; build the book into it first",
            folder.display()
        );
        Ok(site)
    }

    /// Whether a page (relative to the folder) has an anchor.
    pub fn has_anchor(&self, page: &Path, anchor: &str) -> bool {
        self.pages
            .get(&crate::markdown::expand_page::with_slashes(page))
            .is_some_and(|page| page.anchors.contains(anchor))
    }

    /// Every link that does not hold, in the order of the pages.
    pub fn broken(&self) -> Vec<Broken> {
        let mut broken = BTreeSet::new();
        for (name, page) in &self.pages {
            for tag in &page.tags {
                for (link, reason) in self.wrong_in(name, tag) {
                    let page = name.clone();
                    broken.insert(Broken { page, link, reason });
                }
            }
        }
        for (name, style) in &self.styles {
            for (link, reason) in loads(style).filter_map(|l| self.wrong(name, l, true))
            {
                let page = name.clone();
                broken.insert(Broken { page, link, reason });
            }
        }
        broken.into_iter().collect()
    }

    fn walk(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        let entries = fs::read_dir(folder)
            .with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let path: PathBuf = entry.path();
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                self.walk(&path, &format!("{name}/"))?;
                continue;
            }
            let read = || {
                fs::read_to_string(&path)
                    .with_context(|| format!("cannot read {}", path.display()))
            };
            if name.ends_with(".html") {
                self.pages.insert(name.clone(), Page::new(&read()?));
            } else if name.ends_with(".css") {
                self.styles.insert(name.clone(), read()?);
            }
            self.files.insert(name);
        }
        Ok(())
    }

    /// What is wrong with the links of one tag.
    fn wrong_in(&self, page: &str, tag: &Tag) -> Vec<(String, String)> {
        let mut wrong = Vec::new();
        let classes = tag.attribute("class").unwrap_or("");
        if classes
            .split_whitespace()
            .any(|class| class == "playground")
        {
            let reason = "mdBook asks the Rust playground about this block".to_string();
            wrong.push((format!("<{} class=\"{classes}\">", tag.name), reason));
        }
        for (name, value) in &tag.attributes {
            let is_loaded = match name.as_str() {
                "href" => tag.name != "a" && tag.name != "area",
                "src" | "poster" | "data" | "action" | "xlink:href" => true,
                "style" => {
                    for link in loads(value).filter(|link| is_elsewhere(link)) {
                        wrong.push((link.to_string(), OUTSIDE.to_string()));
                    }
                    continue;
                }
                "srcset" => {
                    for link in value.split(',').filter_map(first_word) {
                        wrong.extend(self.wrong(page, link, true));
                    }
                    continue;
                }
                _ => continue,
            };
            // `<base>` is where the page for missing pages counts from.
            if tag.name != "base" {
                wrong.extend(self.wrong(page, value, is_loaded));
            }
        }
        wrong
    }

    /// What is wrong with one link of a page, if anything.
    fn wrong(
        &self,
        page: &str,
        link: &str,
        is_loaded: bool,
    ) -> Option<(String, String)> {
        let broken = |reason: String| Some((link.to_string(), reason));
        if is_elsewhere(link) {
            return if is_loaded {
                broken(OUTSIDE.to_string())
            } else {
                None
            };
        }
        if link.starts_with("data:") || link.starts_with("mailto:") {
            return None;
        }
        let (path, anchor) = match link.split_once('#') {
            Some((path, anchor)) => (path, Some(anchor)),
            None => (link, None),
        };
        let path = path.split('?').next().unwrap_or("");
        let Some(target) = target(page, &decoded(path)) else {
            return broken("leads out of the book".to_string());
        };
        if !self.files.contains(&target) {
            return broken(format!("there is no file `{target}`"));
        }
        match (anchor, self.pages.get(&target)) {
            (None | Some("" | "top"), _) | (_, None) => None,
            (Some(anchor), Some(found)) => {
                if found.anchors.contains(&decoded(anchor)) {
                    None
                } else {
                    broken(format!("`{target}` has no anchor `{anchor}`"))
                }
            }
        }
    }
}

const OUTSIDE: &str = "the page would load this from outside the book";

impl Page {
    fn new(text: &str) -> Self {
        let tags = html::tags(text);
        let named = |tag: &Tag| {
            let name = match tag.name.as_str() {
                "a" => tag.attribute("name"),
                _ => None,
            };
            tag.attribute("id").or(name).map(str::to_string)
        };
        let anchors = tags.iter().filter_map(named).collect();
        Page { tags, anchors }
    }
}

/// Whether a link leads to another machine: `https://…`, `http://…`, `//…`.
fn is_elsewhere(link: &str) -> bool {
    let link = link.trim().to_ascii_lowercase();
    ["http:", "https:", "//", "ws:", "wss:"]
        .iter()
        .any(|start| link.starts_with(start))
}

/// The file in the folder that a path on `page` means; `None` outside the folder.
fn target(page: &str, path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(page.to_string());
    }
    // The page for missing pages says `<base href="/">`.
    let is_absolute = path.starts_with('/') || page == "404.html";
    let mut parts: Vec<&str> = if is_absolute {
        Vec::new()
    } else {
        page.split('/').collect()
    };
    if !is_absolute {
        parts.pop();
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    let joined = parts.join("/");
    if path.ends_with('/') || joined.is_empty() {
        Some(
            format!("{joined}/index.html")
                .trim_start_matches('/')
                .into(),
        )
    } else {
        Some(joined)
    }
}

/// A path without `%20` and its like; text that is not UTF-8 stays as it was.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).filter(|_| *first == b'%');
        let byte = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_string())
}

/// What a style sheet loads: `url(…)` and `@import "…"`.
fn loads(style: &str) -> impl Iterator<Item = &str> {
    let urls = style.split("url(").skip(1).map(|rest| {
        let rest = rest.trim_start().trim_start_matches(['"', '\'']);
        let end = rest.find(['"', '\'', ')']).unwrap_or(rest.len());
        &rest[..end]
    });
    let imports = style.split("@import").skip(1).map(|rest| {
        let rest = rest.trim_start().trim_start_matches(['"', '\'']);
        let end = rest.find(['"', '\'', ';']).unwrap_or(rest.len());
        &rest[..end]
    });
    urls.chain(imports)
}

fn first_word(text: &str) -> Option<&str> {
    text.split_whitespace().next()
}
