//! Builds the book into a folder, whole or not at all.

use crate::fault::Fault;
use crate::links;
use crate::page::{Gathered, Promise};
use crate::preprocess::Workbook;
use crate::trim::trim;
use anyhow::{Context, Result, bail};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The file that marks a folder as one of our builds, which may be replaced.
const MARK: &str = ".flat-memory-book";

/// What a build leaves behind besides the pages.
pub struct Built {
    /// Files outside `book/` that the pages were made from.
    pub inputs: BTreeSet<PathBuf>,
    /// What leads nowhere, a line each: links, anchors, and headings that checks name.
    /// The pages can be read all the same, but not be published.
    pub loose_ends: Vec<String>,
}

/// Renders the book of the workspace `root` into `folder`, and follows its links.
///
/// mdBook empties `folder` first: give it one that holds nothing else.
///
/// # Errors
///
/// [`Faults`](crate::fault::Faults) in the pages, or whatever else stopped mdBook.
pub fn render(root: &Path, folder: &Path) -> Result<Built> {
    let book = root.join("book");
    let settings = book.join("book.toml");
    let mut config = Config::from_disk(&settings)
        .with_context(|| format!("cannot read {}", settings.display()))?;
    config.build.build_dir = std::path::absolute(folder)
        .with_context(|| format!("cannot use {}", folder.display()))?;

    let gathered = Rc::new(RefCell::new(Gathered::default()));
    let mut book = MDBook::load_with_config(book, config)?;
    // Takes the place that book.toml gives the same preprocessor as a command.
    book.with_preprocessor(Workbook::new(Rc::clone(&gathered)));
    book.build()?;
    trim(folder)?;

    let gathered = gathered.take();
    let site = links::Site::read(folder)?;
    let broken = site.broken();
    let unkept = unkept(&site, &gathered.promises);
    let links = broken.iter().map(ToString::to_string);
    let headings = unkept.iter().map(ToString::to_string);
    Ok(Built {
        inputs: gathered.inputs,
        loose_ends: links.chain(headings).collect(),
    })
}

/// Writes the book as static files to `folder`, which appears whole or not at all.
///
/// # Errors
///
/// As [`render`]; loose ends; a folder that holds something else than a build.
pub fn publish(root: &Path, folder: &Path) -> Result<()> {
    refuse_strange(folder)?;
    let fresh = beside(folder, "new")?;
    let old = beside(folder, "old")?;
    let result = render(root, &fresh).and_then(|built| {
        if !built.loose_ends.is_empty() {
            bail!("{}", built.loose_ends.join("\n"));
        }
        fs::write(fresh.join(MARK), "Made by `cargo xtask book --build`.\n")?;
        replace(folder, &fresh, &old)
    });
    // Whatever happened, nothing of ours stays beside the folder.
    for left in [&fresh, &old] {
        if left.exists() {
            fs::remove_dir_all(left)
                .with_context(|| format!("cannot remove {}", left.display()))?;
        }
    }
    result
}

fn replace(folder: &Path, fresh: &Path, old: &Path) -> Result<()> {
    let moved = || format!("cannot put the new book at {}", folder.display());
    if folder.exists() {
        fs::rename(folder, old).with_context(moved)?;
    }
    if let Err(error) = fs::rename(fresh, folder) {
        if old.exists() {
            fs::rename(old, folder).with_context(moved)?;
        }
        return Err(error).with_context(moved);
    }
    Ok(())
}

/// A folder that somebody filled otherwise is never replaced.
fn refuse_strange(folder: &Path) -> Result<()> {
    let is_empty = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => {
            return Err(error).with_context(|| format!("{}", folder.display()));
        }
    };
    if !is_empty && !folder.join(MARK).is_file() {
        bail!(
            "{} holds files that are not a built book, and a build replaces the \
             whole folder: name a folder that is new or empty",
            folder.display()
        );
    }
    Ok(())
}

/// A sibling of `folder`, on the same disk, so that a rename moves nothing.
fn beside(folder: &Path, word: &str) -> Result<PathBuf> {
    let folder = std::path::absolute(folder)?;
    let Some(name) = folder.file_name() else {
        bail!("{} is no folder to build into", folder.display());
    };
    let mut name = name.to_os_string();
    name.push(format!(".{word}-{}", std::process::id()));
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    Ok(folder.with_file_name(name))
}

/// The promises of a heading that is on no page of the chapter.
fn unkept(site: &links::Site, promises: &[Promise]) -> Vec<Fault> {
    let is_kept = |promise: &Promise| {
        // A check may name the page as well: `page.md#anchor`.
        if let Some((page, anchor)) = promise.anchor.split_once('#') {
            return site.has_anchor(&Path::new(page).with_extension("html"), anchor);
        }
        promises
            .iter()
            .filter(|other| other.file == promise.file)
            .any(|other| {
                site.has_anchor(&other.page.with_extension("html"), &promise.anchor)
            })
    };
    promises
        .iter()
        .filter(|promise| !is_kept(promise))
        .map(|promise| Fault {
            file: promise.file.clone(),
            line: promise.line,
            message: format!(
                "`book = \"{}\"` is no heading of the chapter's page",
                promise.anchor
            ),
        })
        .collect()
}
