//! What a page says about itself.
//!
//! A page may begin with a comment that other Markdown readers do not show:
//!
//! ```text
//! <!-- page
//! minutes = { reading = 12, exercise = 25 }
//! crate = "exercises/chapter-01-addresses"
//! needs = "the setup"
//! -->
//! ```

use crate::error::Error;
use crate::markdown::blocks::server_map::CHAPTERS;
use crate::markdown::located_toml::{Document, Place};
use course::chapter::Chapter;

/// The first line of front matter.
const OPENING: &str = "<!-- page";

/// What a page says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// Minutes to read the page.
    pub reading: u32,
    /// Minutes for its exercise, if it has one.
    pub exercise: Option<u32>,
    /// The exercise crate's folder, relative to the workspace.
    pub crate_folder: Option<String>,
    /// What the reader should have done before.
    pub needs: Option<String>,
}

/// Returns the front matter and its number of lines, or `None` if the page has none.
///
/// # Errors
///
/// Returns an error if the end is missing, if a key is unknown, or if the minutes are
/// missing.
pub fn read(file: &str, text: &str) -> Result<Option<(FrontMatter, usize)>, Error> {
    let Some(rest) = text.strip_prefix(OPENING) else {
        return Ok(None);
    };
    let place = Place { file, line: 1 };
    let Some((toml, _)) = rest.split_once("-->") else {
        return Err(place.fault(1, "this front matter has no `-->` at its end"));
    };
    let lines = toml.matches('\n').count() + 1;

    let document = Document::parse(place, toml)?;
    let settings = document.settings();
    settings.only(&["minutes", "crate", "needs"])?;
    let Some(minutes) = settings.table("minutes")? else {
        return Err(settings.fault("`minutes = { reading = 10 }` is missing"));
    };
    minutes.only(&["reading", "exercise"])?;
    let Some(reading) = minutes.count("reading")? else {
        return Err(minutes.fault("`minutes` doesn't have `reading`"));
    };
    let front_matter = FrontMatter {
        reading,
        exercise: minutes.count("exercise")?,
        crate_folder: settings.optional_text("crate")?.map(str::to_string),
        needs: settings.optional_text("needs")?.map(str::to_string),
    };
    Ok(Some((front_matter, lines)))
}

/// The number of a crate folder: 1 for `exercises/chapter-01-addresses`, `None` for
/// a folder that isn't a chapter's.
pub fn chapter_number(folder: &str) -> Option<usize> {
    let chapter = Chapter::from_folder(folder.rsplit('/').next()?)?;
    let number = chapter.number() as usize;
    (1..=CHAPTERS).contains(&number).then_some(number)
}

/// The chapter of a page, by its name: 5 for `chapter-05-naive-clients.md`.
pub fn page_chapter(file: &str) -> Option<usize> {
    let name = file.rsplit('/').next()?.strip_suffix(".md")?;
    let folder = name.splitn(4, '-').take(3).collect::<Vec<_>>();
    Some(course::chapter::parts(&folder.join("-"))?.0 as usize)
}

/// Whether a page opens its chapter, as `chapter-05-naive.md` does.
pub fn is_opening(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    page_chapter(name).is_some() && name.matches('-').count() == 2
}

/// The name that commands know a crate folder by: `chapter-1` for
/// `exercises/chapter-01-addresses`, `None` for a folder that isn't a chapter's.
pub fn chapter_name(folder: &str) -> Option<String> {
    chapter_number(folder).map(|number| format!("chapter-{number}"))
}

impl FrontMatter {
    /// The number of the chapter that the page belongs to.
    pub fn chapter(&self) -> Option<usize> {
        chapter_number(self.crate_folder.as_deref()?)
    }
}
