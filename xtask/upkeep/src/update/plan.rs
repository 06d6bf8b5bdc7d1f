//! What an update will do with each file that the learner has changed.

use std::path::{Path, PathBuf};

use xtask::chapter::{self, Chapter};
use xtask::cli::error::Result;

use super::file;
use super::git::{Git, Tree};

/// A file that differs from what the learner started with.
#[derive(Debug)]
pub struct Edit {
    /// Its path from the root.
    pub path: PathBuf,
    /// What happens to it.
    pub outcome: Outcome,
}

/// What happens to a file.
#[derive(Debug)]
pub enum Outcome {
    /// It's identical to the newer workbook's file.
    Same,
    /// The learner's work, merged if the newer workbook has changed the file, at its
    /// path in the newer workbook.
    Written {
        path: PathBuf,
        bytes: Vec<u8>,
        merged: bool,
    },
    /// The newer workbook doesn't have this file, so the learner's stays.
    Alone { bytes: Vec<u8> },
    /// The learner deleted it.
    Deleted,
    /// Both have changed the same lines.
    Clash {
        path: PathBuf,
        mine: Vec<u8>,
        newer: Vec<u8>,
    },
}

/// The whole update, before anything is changed.
#[derive(Debug)]
pub struct Plan {
    /// Every file that the learner has changed.
    pub edits: Vec<Edit>,
    base: String,
    newer: String,
    newest: Tree,
}

impl Plan {
    /// Looks at every file that differs from `base`.
    pub fn make(git: &Git, base: &str, newer: &str) -> Result<Self> {
        let (newest, tracked) = (git.tree(newer)?, git.tracked()?);
        let mut edits = Vec::new();
        for path in git.changed(base)? {
            let to = moved_to(&newest, &path);
            // An untracked file is the learner's own business, unless the newer
            // workbook has a file with that name.
            if !newest.contains_key(&to) && !tracked.contains(&path) {
                continue;
            }
            let here = git.root().join(&path);
            // A link, whose target has an entry of its own, or another repository.
            if here.is_symlink() || here.is_dir() {
                continue;
            }
            let new = git.file(newer, &to)?;
            let outcome = match file::read(&here)? {
                Some(mine) => {
                    let start = git.file(base, &path)?;
                    merge_file(git, &path, to, &mine, start, new)?
                }
                None if new.is_some() => Outcome::Deleted,
                None => Outcome::Same,
            };
            edits.push(Edit { path, outcome });
        }
        Ok(Self {
            edits,
            base: base.to_owned(),
            newer: newer.to_owned(),
            newest,
        })
    }

    /// The commit that the branch will be at. The learner's own commits stay in its
    /// history, and their changes in its files.
    pub fn commit(&self, git: &Git) -> Result<String> {
        let head = git.head()?;
        if head == self.base {
            return Ok(self.newer.clone());
        }
        let (mine, mut files) = (git.tree(&head)?, Tree::new());
        for path in git.changed_between(&self.base, &head)? {
            let Some(entry) = mine.get(&path) else {
                continue;
            };
            let to = moved_to(&self.newest, &path);
            let texts = git.stored(&head, &path)?.zip(git.stored(&self.newer, &to)?);
            let is_file = entry.starts_with("100");
            let Some((text, new)) = texts.filter(|_| is_file) else {
                // Nobody's but the learner's; or a link, or another repository.
                files.insert(path, entry.clone());
                continue;
            };
            let start = git.stored(&self.base, &path)?;
            let (to, bytes) = match merge_file(git, &path, to, &text, start, Some(new))?
            {
                Outcome::Written { path, bytes, .. } => (path, bytes),
                Outcome::Clash { path, mine, .. } => (path, mine),
                Outcome::Same | Outcome::Deleted | Outcome::Alone { .. } => continue,
            };
            let mode = entry.split(',').next().unwrap_or_default();
            files.insert(to, format!("{mode},{}", git.hash(&bytes)?));
        }
        git.join(&head, &self.newer, &files)
    }
}

/// Merges one file, from what the learner started with, what the learner wrote, and the
/// newer version.
fn merge_file(
    git: &Git,
    path: &Path,
    to: PathBuf,
    mine: &[u8],
    start: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
) -> Result<Outcome> {
    let Some(new) = new else {
        return Ok(if start.as_deref() == Some(mine) {
            Outcome::Same
        } else {
            Outcome::Alone {
                bytes: mine.to_owned(),
            }
        });
    };
    if new == mine && to == path {
        return Ok(Outcome::Same);
    }
    let merged = start.as_ref() != Some(&new);
    // The lines keep the ends that the learner's editor uses.
    let crlf = is_crlf(mine);
    let plain = |text: &[u8]| {
        if crlf {
            without_cr(text)
        } else {
            text.to_owned()
        }
    };
    let start = start.unwrap_or_default();
    let [mine, start, new] = [mine, &start, &new].map(plain);
    let ended = |text: Vec<u8>| if crlf { with_cr(&text) } else { text };
    Ok(match git.merged(&mine, &start, &new)? {
        Some(bytes) => Outcome::Written {
            path: to,
            bytes: ended(bytes),
            merged,
        },
        None => Outcome::Clash {
            path: to,
            mine: ended(mine),
            newer: ended(new),
        },
    })
}

/// Returns where the newer workbook has a file. A chapter is identified by its number,
/// because its noun may have changed.
fn moved_to(newest: &Tree, path: &Path) -> PathBuf {
    let chapter = |path: &Path| {
        let mut parts = path.iter();
        let tree = parts.next().filter(|tree| {
            let trees = [
                chapter::Tree::Exercises.folder(),
                chapter::Tree::Solutions.folder(),
            ];
            trees.iter().any(|known| tree == known)
        })?;
        let chapter = Chapter::from_folder(parts.next()?.to_str()?)?;
        Some((PathBuf::from(tree), chapter))
    };
    let Some((tree, mine)) = chapter(path) else {
        return path.to_owned();
    };
    let is_it = |(other, chapter): &(PathBuf, Chapter)| {
        *other == tree && chapter.number() == mine.number()
    };
    match newest.keys().filter_map(|path| chapter(path)).find(is_it) {
        Some((_, chapter)) => {
            let inside: PathBuf = path.iter().skip(2).collect();
            tree.join(chapter.folder()).join(inside)
        }
        None => path.to_owned(),
    }
}

fn is_crlf(text: &[u8]) -> bool {
    let ends = text.iter().filter(|&&byte| byte == b'\n').count();
    let crlf = text.windows(2).filter(|pair| pair == b"\r\n").count();
    crlf > 0 && 2 * crlf > ends
}

fn without_cr(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    for (at, &byte) in text.iter().enumerate() {
        if byte != b'\r' || text.get(at + 1) != Some(&b'\n') {
            plain.push(byte);
        }
    }
    plain
}

fn with_cr(text: &[u8]) -> Vec<u8> {
    let mut ended = Vec::with_capacity(text.len() + text.len() / 16);
    for &byte in text {
        if byte == b'\n' {
            ended.push(b'\r');
        }
        ended.push(byte);
    }
    ended
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_they_did() {
        assert!(is_crlf(b"a\r\nb\r\nc\n"));
        assert!(!is_crlf(b"a\nb\r\nc\n"));
        assert_eq!(without_cr(b"a\r\nb\rc\r\n"), b"a\nb\rc\n");
        assert_eq!(with_cr(b"a\nb\rc\n"), b"a\r\nb\rc\r\n");
    }
}
