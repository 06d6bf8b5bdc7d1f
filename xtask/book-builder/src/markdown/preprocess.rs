//! Our preprocessor: in this process, or called by a plain `mdbook build`.
//!
//! It runs before mdBook's own `links` (book.toml says so), so that it sees the
//! pages as their authors wrote them and can name their lines.

use crate::error::Errors;
use crate::markdown::expand_page::{self, Gathered};
use anyhow::{Context, Result};
use mdbook_preprocessor::book::{Book, BookItem};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use std::cell::RefCell;
use std::io::{Read, Write};
use std::path::Path;
use std::rc::Rc;

/// The name under `[preprocessor]` in `book.toml`.
pub const NAME: &str = "workbook";

/// Expands every page of a book, and keeps what it gathered for whoever asks.
#[derive(Default)]
pub struct Workbook {
    gathered: Rc<RefCell<Gathered>>,
}

impl Workbook {
    /// A preprocessor that leaves in `gathered` what it learnt in its last run.
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
            .context("the book's folder has no folder around it")?;
        let mut gathered = self.gathered.borrow_mut();
        *gathered = Gathered::default();
        expand(root, &mut book, &mut gathered);
        match gathered.faults.is_empty() {
            true => Ok(book),
            false => Err(Errors(gathered.faults.clone()).into()),
        }
    }
}

/// Whether our pages can be rendered so: we write HTML.
pub fn supports(renderer: &str) -> bool {
    renderer == "html"
}

/// mdBook's protocol: context and book as JSON in, the book as JSON out.
///
/// # Errors
///
/// Input that is not the protocol's, faults in the pages, output that fails.
pub fn filter(input: impl Read, output: impl Write) -> Result<()> {
    let (context, book) = mdbook_preprocessor::parse_input(input)?;
    let book = Workbook::default().run(&context, book)?;
    serde_json::to_writer(output, &book).context("cannot write the book")
}

fn expand(root: &Path, book: &mut Book, gathered: &mut Gathered) {
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
