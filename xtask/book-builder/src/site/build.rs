//! Builds the book into a folder, whole or not at all.

use crate::error::Error;
use crate::markdown::expand_page::{Gathered, Promise};
use crate::markdown::preprocess::Workbook;
use crate::site::links;
use crate::site::simulator_scripts::trim;
use anyhow::{Context, Result, bail};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The file that marks a folder as one of our builds, which may be replaced. It lists
/// the files of the build: what isn't among them is somebody else's.
const MARK: &str = ".flat-memory-book";
/// How many foreign files are named.
const NAMED: usize = 5;

/// Files in the folder of a build that the build didn't write.
#[derive(Debug)]
pub struct Foreign {
    folder: PathBuf,
    files: Vec<String>,
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = self.files.iter().take(NAMED).cloned();
        let more = self.files.len().saturating_sub(NAMED);
        let more = (more > 0).then(|| format!("and {more} more"));
        let named: Vec<String> = named.chain(more).collect();
        write!(
            f,
            "{} contains files that don't belong to a built book: {}. A build replaces the whole \
             folder, so nothing was written.\n\
             Next: move them away, or name a folder that is new or empty",
            self.folder.display(),
            named.join(", ")
        )
    }
}

impl std::error::Error for Foreign {}

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
/// [`Errors`](crate::error::Errors) in the pages, or whatever else stopped mdBook.
pub fn render(root: &Path, folder: &Path) -> Result<Built> {
    let book = root.join("book");
    let settings = book.join("book.toml");
    let mut config = Config::from_disk(&settings)
        .with_context(|| format!("cannot read {}", settings.display()))?;
    config.build.build_dir = std::path::absolute(folder)
        .with_context(|| format!("cannot use {}", folder.display()))?;

    let gathered = Rc::new(RefCell::new(Gathered::default()));
    let mut book = MDBook::load_with_config(book, config)?;
    // Stands in for the preprocessor command that book.toml configures.
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
        fs::write(fresh.join(MARK), mark(&fresh)?)?;
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
    let moved = || format!("can't move the new book to {}", folder.display());
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

/// What the mark says: the build's own files.
fn mark(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    files_below(folder, Path::new(""), &mut files)?;
    let head = "Made by `cargo xtask book --build`, with these files:\n".to_string();
    Ok(head + &files.join("\n") + "\n")
}

/// A folder with a file that no build of ours has written is never replaced.
fn refuse_strange(folder: &Path) -> Result<()> {
    let mut files = Vec::new();
    if folder.exists() {
        files_below(folder, Path::new(""), &mut files)
            .with_context(|| format!("cannot read {}", folder.display()))?;
    }
    let mark = fs::read_to_string(folder.join(MARK)).unwrap_or_default();
    let ours: BTreeSet<&str> = mark.lines().skip(1).chain([MARK]).collect();
    files.retain(|file| !ours.contains(&**file));
    if files.is_empty() {
        return Ok(());
    }
    files.sort();
    let folder = folder.to_path_buf();
    Err(Foreign { folder, files }.into())
}

/// Adds the files below `folder`, by their paths in it, with slashes.
fn files_below(
    folder: &Path,
    inside: &Path,
    files: &mut Vec<String>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder.join(inside))? {
        let entry = entry?;
        let path = inside.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            files_below(folder, &path, files)?
        } else {
            files.push(path.to_string_lossy().replace('\\', "/"))
        }
    }
    Ok(())
}

/// A sibling of `folder`, on the same disk, so that a rename moves nothing.
fn beside(folder: &Path, word: &str) -> Result<PathBuf> {
    let folder = std::path::absolute(folder)?;
    let Some(name) = folder.file_name() else {
        bail!("{} isn't a folder to build into", folder.display());
    };
    let mut name = name.to_os_string();
    name.push(format!(".{word}-{}", std::process::id()));
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    Ok(folder.with_file_name(name))
}

/// The promises of a heading that is on no page of the chapter.
fn unkept(site: &links::Site, promises: &[Promise]) -> Vec<Error> {
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
        .map(|promise| Error {
            file: promise.file.clone(),
            line: promise.line,
            message: format!(
                "`book = \"{}\"` isn't a heading on the chapter's page",
                promise.anchor
            ),
        })
        .collect()
}
