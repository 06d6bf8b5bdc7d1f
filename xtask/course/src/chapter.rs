//! The chapters: where they are, and the ways in which people name one: `chapter-5`,
//! `5`, `05`, `naive`, its folder, or the path of a file in it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::near::nearest;

/// Chapters whose program serves a file with `--listen` and `--file`, so that `cargo
/// xtask plot` can measure it.
pub const SERVERS: [u32; 4] = [5, 8, 10, 13];

/// A chapter, identified by its folder `chapter-NN-noun`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    number: u32,
    folder: String,
}

/// Which of a chapter's two crates: the learner's, or the reference solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tree {
    /// The crate that the learner edits.
    Exercises,
    /// The complete reference solution.
    Solutions,
}

impl Tree {
    /// Both trees.
    pub const ALL: [Self; 2] = [Self::Exercises, Self::Solutions];

    /// Returns the tree's folder in the root of the workbook.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Exercises => "exercises",
            Self::Solutions => "solutions",
        }
    }
}

impl Chapter {
    /// Returns whether `cargo xtask plot` can measure its program.
    pub fn is_server(&self) -> bool {
        SERVERS.contains(&self.number)
    }

    /// Returns the chapter in a folder with this name: `chapter-NN-noun`.
    pub fn from_folder(folder: &str) -> Option<Self> {
        let (number, _) = parts(folder)?;
        let folder = folder.to_owned();
        Some(Self { number, folder })
    }

    /// Returns the chapter's number, counted from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the chapter's stable name, such as `chapter-4`, which is also the name
    /// of its package.
    pub fn name(&self) -> String {
        format!("chapter-{}", self.number)
    }

    /// Returns the name of its folder in both trees, such as `chapter-04-messages`.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// Returns its noun, such as `messages`, which is also the name of its library.
    pub fn noun(&self) -> &str {
        parts(&self.folder).map_or(&self.folder, |(_, noun)| noun)
    }

    /// Returns the crate's folder in one of the trees.
    pub fn path(&self, root: &Path, tree: Tree) -> PathBuf {
        root.join(tree.folder()).join(&self.folder)
    }

    /// Returns the package's name in one of the trees.
    pub fn package(&self, tree: Tree) -> String {
        match tree {
            Tree::Exercises => self.name(),
            Tree::Solutions => format!("{}-solution", self.name()),
        }
    }

    /// Returns the earlier chapters among `chapters` that this one is built on, the
    /// nearest one last.
    ///
    /// # Errors
    ///
    /// Returns an error if a manifest is missing or malformed.
    pub fn built_on(&self, root: &Path, chapters: &[Self]) -> Result<Vec<Self>> {
        let mut found: Vec<Self> = Vec::new();
        let mut open = vec![self.clone()];
        while let Some(chapter) = open.pop() {
            for folder in chapter.dependencies(root)? {
                let earlier = chapters.iter().find(|other| other.folder == folder);
                if let Some(earlier) = earlier.filter(|it| !found.contains(it)) {
                    found.push(earlier.clone());
                    open.push(earlier.clone());
                }
            }
        }
        found.sort_by_key(Self::number);
        Ok(found)
    }

    /// Returns the folders that the exercise's manifest names as `../chapter-NN-noun`.
    fn dependencies(&self, root: &Path) -> Result<Vec<String>> {
        let path = self.path(root, Tree::Exercises).join("Cargo.toml");
        let broken = |what: String| Error::Broken {
            path: path.clone(),
            line: None,
            what,
        };
        let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => broken("is missing".to_owned()),
            _ => Error::read(&path, error),
        })?;
        let manifest = toml_span::parse(&text)
            .map_err(|error| broken(format!("isn't a manifest: {error}")))?;
        let Some(dependencies) = manifest
            .pointer("/dependencies")
            .and_then(|value| value.as_table())
        else {
            return Ok(Vec::new());
        };
        Ok(dependencies
            .values()
            .filter_map(|value| value.pointer("/path")?.as_str()?.strip_prefix("../"))
            .map(str::to_owned)
            .collect())
    }
}

/// Returns the chapters of the workbook at `root`, in the order of their numbers.
///
/// # Errors
///
/// Returns an error if there's no folder `exercises`, or if it can't be read.
pub fn list(root: &Path) -> Result<Vec<Chapter>> {
    let exercises = root.join(Tree::Exercises.folder());
    let entries =
        fs::read_dir(&exercises).map_err(|error| Error::read(&exercises, error))?;
    let mut chapters: Vec<Chapter> = entries
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| Chapter::from_folder(&entry.file_name().to_string_lossy()))
        .collect();
    chapters.sort_by_key(Chapter::number);
    Ok(chapters)
}

/// Returns the number and the noun of a folder `chapter-NN-noun`.
pub fn parts(folder: &str) -> Option<(u32, &str)> {
    let (number, noun) = folder.strip_prefix("chapter-")?.split_once('-')?;
    // A copy beside it, `chapter-04-messages.bak`, isn't a chapter.
    let is_noun = !noun.is_empty() && noun.bytes().all(|b| b.is_ascii_lowercase());
    Some((number.parse().ok().filter(|_| is_noun)?, noun))
}

/// A word that isn't the name of any chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The word.
    pub word: String,
    /// The name that was probably meant.
    pub near: Option<String>,
}

/// Returns the chapter that `word` means, when it's typed in the folder `here`.
///
/// # Errors
///
/// Returns an error if it means none of them.
pub fn named<'a>(
    chapters: &'a [Chapter],
    word: &str,
    here: &Path,
) -> std::result::Result<&'a Chapter, Unknown> {
    let lower = word.trim().to_lowercase();
    let lower = lower.trim_end_matches(['/', '\\']);
    by_name(chapters, lower)
        .or_else(|| by_path(chapters, lower))
        .or_else(|| by_place(chapters, &here.join(word)))
        .ok_or_else(|| unknown(chapters, word, lower))
}

fn by_name<'a>(chapters: &'a [Chapter], word: &str) -> Option<&'a Chapter> {
    let number = number(word);
    chapters.iter().find(|chapter| {
        number == Some(chapter.number)
            || chapter.noun() == word
            || chapter.folder == word
    })
}

/// Reads `5`, `05`, `chapter-5`, `chapter5`, or `chapter 5`.
fn number(word: &str) -> Option<u32> {
    let digits = word.strip_prefix("chapter").unwrap_or(word);
    digits.trim_start_matches(['-', '_', ' ']).parse().ok()
}

/// Reads a path that contains the chapter's folder, whether the path exists or not.
fn by_path<'a>(chapters: &'a [Chapter], word: &str) -> Option<&'a Chapter> {
    let mut components = word.split(['/', '\\']).rev();
    components.find_map(|part| chapters.iter().find(|chapter| chapter.folder == part))
}

/// Reads a file or folder that exists, such as `.` or `src/lib.rs`.
fn by_place<'a>(chapters: &'a [Chapter], path: &Path) -> Option<&'a Chapter> {
    let path = path.canonicalize().ok()?;
    let mut components = path.iter().rev();
    components.find_map(|part| chapters.iter().find(|chapter| part == &*chapter.folder))
}

fn unknown(chapters: &[Chapter], word: &str, lower: &str) -> Unknown {
    let names: Vec<String> = chapters.iter().map(Chapter::name).collect();
    let nouns = chapters.iter().map(Chapter::noun);
    // A wrong number isn't a misspelling, because all numbers look alike.
    let near = match number(lower) {
        Some(_) => None,
        None => nearest(lower, names.iter().map(String::as_str).chain(nouns)),
    };
    Unknown {
        word: word.to_owned(),
        near: near.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(word: &str, here: &Path) -> std::result::Result<u32, Unknown> {
        let folders = ["chapter-01-addresses", "chapter-05-naive"];
        let chapters: Vec<Chapter> = folders
            .into_iter()
            .filter_map(Chapter::from_folder)
            .collect();
        named(&chapters, word, here).map(Chapter::number)
    }

    #[test]
    fn every_way_to_name_a_chapter_means_the_same() {
        for word in [
            "chapter-5",
            "5",
            "05",
            "naive",
            "Naive",
            "chapter-05-naive",
            "chapter5",
            "chapter_5",
            "Chapter-5",
            "chapter-05-naive/",
            "exercises/chapter-05-naive",
            "exercises/chapter-05-naive/",
            "./exercises/chapter-05-naive/src/error.rs",
            "..\\chapter-05-naive\\src\\error.rs",
            "solutions/chapter-05-naive/src/error.rs",
        ] {
            assert_eq!(meant(word, Path::new("")), Ok(5), "{word}");
        }
    }

    #[test]
    fn a_place_inside_a_chapter_means_it() {
        let root = std::env::temp_dir().join(format!("course-{}", std::process::id()));
        let source = root.join("exercises/chapter-05-naive/src");
        std::fs::create_dir_all(&source).expect("a folder");
        std::fs::write(source.join("error.rs"), "").expect("a file");
        let chapter = source.parent().expect("it has one");
        let found = [
            (".", chapter),
            ("./", chapter),
            ("src/error.rs", chapter),
            ("error.rs", &*source),
            ("..", &*source),
        ]
        .map(|(word, here)| meant(word, here));
        let lost = meant(".", &root);
        std::fs::remove_dir_all(&root).expect("ours to remove");
        assert_eq!(found, [const { Ok(5) }; 5]);
        assert!(lost.is_err(), "{lost:?}");
    }

    #[test]
    fn a_word_that_names_none_is_met_with_the_nearest() {
        let near = |word| meant(word, Path::new("")).map_err(|lost| lost.near);
        assert_eq!(near("naiv"), Err(Some("naive".to_owned())));
        assert_eq!(near("99"), Err(None));
        assert_eq!(near("banana"), Err(None));
    }

    #[test]
    fn a_folder_without_number_or_noun_is_no_chapter() {
        for folder in [
            "chapter-x-y",
            "chapter-3",
            "notes",
            "chapter-3-",
            "chapter-4-a.b",
        ] {
            assert_eq!(parts(folder), None, "{folder}");
        }
    }
}
