//! Our preprocessor, which runs in this process or is called by a plain `mdbook build`.
//!
//! It runs before mdBook's own `links` (book.toml says so), so that it sees the pages
//! as their authors wrote them and can name their lines.

use crate::error::Errors;
use crate::markdown::expand_page::{self, Gathered};
use anyhow::{Context, Result};
use mdbook_preprocessor::book::{Book, BookItem, Chapter};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use std::cell::RefCell;
use std::io::{Read, Write};
use std::path::Path;
use std::rc::Rc;

/// The name under `[preprocessor]` in `book.toml`.
pub const NAME: &str = "workbook";

/// Expands every page of a book, and keeps what it has learned about them.
#[derive(Default)]
pub struct Workbook {
    gathered: Rc<RefCell<Gathered>>,
}

impl Workbook {
    /// Returns a preprocessor that stores in `gathered` what it learned in its last
    /// run.
    pub fn new(gathered: Rc<RefCell<Gathered>>) -> Self {
        Self { gathered }
    }
}

impl Preprocessor for Workbook {
    fn name(&self) -> &str {
        NAME
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(supports(renderer))
    }

    fn run(&self, context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let root = context
            .root
            .parent()
            .context("the book's folder has no parent folder")?;
        let mut gathered = self.gathered.borrow_mut();
        *gathered = Gathered::default();
        expand(root, &mut book, &mut gathered);
        if gathered.faults.is_empty() {
            Ok(book)
        } else {
            Err(Errors(gathered.faults.clone()).into())
        }
    }
}

/// Returns whether this renderer can render our pages, which contain HTML.
pub fn supports(renderer: &str) -> bool {
    renderer == "html"
}

/// Speaks mdBook's protocol: reads the context and the book as JSON, and writes the
/// book as JSON.
///
/// # Errors
///
/// Returns an error if the input isn't valid, if pages have mistakes, or if the output
/// can't be written.
pub fn filter(input: impl Read, output: impl Write) -> Result<()> {
    let (context, book) = mdbook_preprocessor::parse_input(input)?;
    let book = Workbook::default().run(&context, book)?;
    serde_json::to_writer(output, &book).context("cannot write the book")
}

fn expand(root: &Path, book: &mut Book, gathered: &mut Gathered) {
    number(&mut book.items);
    book.for_each_mut(|item| {
        if let BookItem::Chapter(chapter) = item {
            // A draft has no file and no text.
            if let Some(path) = chapter.source_path.clone() {
                chapter.content =
                    expand_page::expand(root, &path, &chapter.content, gathered);
            }
        }
    });
}

/// Gives pages the numbers of their chapters. mdBook counts every page in the list, but
/// a primer between two chapters isn't a chapter, and `chapter-05-…` is chapter 5
/// wherever it is.
fn number(items: &mut [BookItem]) {
    for item in items {
        let BookItem::Chapter(chapter) = item else {
            continue;
        };
        let name = chapter.source_path.as_deref().and_then(Path::file_name);
        let name = name.and_then(|name| name.to_str()).unwrap_or_default();
        let digits = name.strip_prefix("chapter-").and_then(|rest| rest.get(..2));
        renumber(chapter, digits.and_then(|digits| digits.parse().ok()));
    }
}

fn renumber(chapter: &mut Chapter, first: Option<u32>) {
    chapter.number = match (first, chapter.number.take()) {
        (Some(first), Some(mut number)) => {
            number[0] = first;
            Some(number)
        }
        _ => None,
    };
    for item in &mut chapter.sub_items {
        if let BookItem::Chapter(page) = item {
            renumber(page, first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mdbook_preprocessor::book::SectionNumber;

    fn page(file: &str, number: &[u32]) -> Chapter {
        let mut page = Chapter::new("A page", String::new(), file, Vec::new());
        page.number = Some(SectionNumber::new(number));
        page
    }

    #[test]
    fn a_primer_between_chapters_takes_no_number_from_them() {
        let mut primer = page("async.md", &[1]);
        let cancel = page("async-cancel.md", &[1, 1]);
        primer.sub_items.push(BookItem::Chapter(cancel));
        let mut chapter = page("chapter-05-naive.md", &[2]);
        let below = page("never-says-stop.md", &[2, 1]);
        chapter.sub_items.push(BookItem::Chapter(below));
        let mut items = [primer, chapter].map(BookItem::Chapter);
        number(&mut items);

        let mut numbers = Vec::new();
        let mut all: Vec<&BookItem> = items.iter().rev().collect();
        while let Some(BookItem::Chapter(chapter)) = all.pop() {
            numbers.push(chapter.number.as_ref().map(ToString::to_string));
            all.extend(&chapter.sub_items);
        }
        let five = ["5.", "5.1."].map(|number| Some(number.to_owned()));
        assert_eq!(numbers, [&[None, None], &five[..]].concat());
    }
}
