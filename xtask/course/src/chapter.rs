//! How people name a chapter: `chapter-5`, `5`, `05`, `naive`, its folder, or the path
//! of a file in it.

use std::path::Path;

use crate::near::nearest;

/// The number and the noun of a folder `chapter-NN-noun`.
pub fn parts(folder: &str) -> Option<(u32, &str)> {
    let (number, noun) = folder.strip_prefix("chapter-")?.split_once('-')?;
    // A copy beside it, `chapter-04-messages.bak`, is no chapter.
    let is_noun = !noun.is_empty() && noun.bytes().all(|b| b.is_ascii_lowercase());
    Some((number.parse().ok().filter(|_| is_noun)?, noun))
}

/// A word that names no chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The word.
    pub word: String,
    /// The name that was probably meant.
    pub near: Option<String>,
}

/// Which of the chapters' folders `word` means, seen from the folder `here`.
///
/// # Errors
///
/// None of them.
pub fn meant(folders: &[&str], word: &str, here: &Path) -> Result<usize, Unknown> {
    let lower = word.trim().to_lowercase();
    let lower = lower.trim_end_matches(['/', '\\']);
    by_name(folders, lower)
        .or_else(|| by_path(folders, lower))
        .or_else(|| by_place(folders, &here.join(word)))
        .ok_or_else(|| unknown(folders, word, lower))
}

fn by_name(folders: &[&str], word: &str) -> Option<usize> {
    let number = number(word);
    folders.iter().position(|folder| {
        let (other, noun) = parts(folder).unwrap_or_default();
        number == Some(other) || noun == word || *folder == word
    })
}

/// `5`, `05`, `chapter-5`, `chapter5`, `chapter 5`.
fn number(word: &str) -> Option<u32> {
    let digits = word.strip_prefix("chapter").unwrap_or(word);
    digits.trim_start_matches(['-', '_', ' ']).parse().ok()
}

/// A path with the chapter's folder in it, whether it is there or not.
fn by_path(folders: &[&str], word: &str) -> Option<usize> {
    let mut components = word.split(['/', '\\']).rev();
    components.find_map(|part| folders.iter().position(|folder| *folder == part))
}

/// A file or folder that is there, such as `.` or `src/lib.rs`.
fn by_place(folders: &[&str], path: &Path) -> Option<usize> {
    let path = path.canonicalize().ok()?;
    let mut components = path.iter().rev();
    components.find_map(|part| folders.iter().position(|folder| *folder == part))
}

fn unknown(folders: &[&str], word: &str, lower: &str) -> Unknown {
    let known: Vec<(u32, &str)> =
        folders.iter().filter_map(|folder| parts(folder)).collect();
    let names: Vec<String> =
        known.iter().map(|(n, _)| format!("chapter-{n}")).collect();
    let nouns = known.iter().map(|(_, noun)| *noun);
    // A wrong number is no misspelling: all numbers look alike.
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

    const FOLDERS: [&str; 2] = ["chapter-01-addresses", "chapter-05-naive"];

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
            assert_eq!(meant(&FOLDERS, word, Path::new("")), Ok(1), "{word}");
        }
    }

    #[test]
    fn a_place_inside_a_chapter_means_it() {
        let root = std::env::temp_dir().join(format!("words-{}", std::process::id()));
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
        .map(|(word, here)| meant(&FOLDERS, word, here));
        let lost = meant(&FOLDERS, ".", &root);
        std::fs::remove_dir_all(&root).expect("ours to remove");
        assert_eq!(found, [const { Ok(1) }; 5]);
        assert!(lost.is_err(), "{lost:?}");
    }

    #[test]
    fn a_word_that_names_none_is_met_with_the_nearest() {
        let near =
            |word| meant(&FOLDERS, word, Path::new("")).map_err(|lost| lost.near);
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
