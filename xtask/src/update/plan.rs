//! What an update will do with each file that the learner has changed.

use std::path::{Path, PathBuf};

use super::file;
use super::git::Git;
use crate::chapter::{Chapter, Tree};
use crate::exit::Result;

/// A file that differs from where the learner started.
#[derive(Debug)]
pub struct Edit {
    /// Its path from the root.
    pub path: PathBuf,
    /// What comes of it.
    pub outcome: Outcome,
    /// Whether the newer workbook has a file of that path.
    pub newer_is_there: bool,
}

/// What comes of a file.
#[derive(Debug)]
pub enum Outcome {
    /// It is what the newer workbook has.
    Same,
    /// The learner's work, merged if the newer workbook changed the file, where the
    /// newer workbook has it.
    Written {
        path: PathBuf,
        bytes: Vec<u8>,
        merged: bool,
    },
    /// The newer workbook has no such file: the learner's stays.
    Alone { bytes: Vec<u8> },
    /// The learner deleted it.
    Deleted,
    /// Both changed the same lines.
    Clash {
        path: PathBuf,
        mine: Vec<u8>,
        newer: Vec<u8>,
    },
}

/// The whole of an update, before anything is touched.
#[derive(Debug)]
pub struct Plan {
    /// Every file that the learner has changed.
    pub edits: Vec<Edit>,
    base: String,
    newer: String,
}

impl Plan {
    /// Looks at every file that differs from `base`.
    pub fn make(git: &Git, base: &str, newer: &str) -> Result<Self> {
        let mut edits = Vec::new();
        for path in git.changed(base)? {
            let mine = file::read(&git.root().join(&path))?;
            let to = moved_to(git, newer, &path)?;
            let new = git.file(newer, &to)?;
            // A file that git doesn't know is the learner's own business, unless the
            // newer workbook has one of that name.
            if new.is_none() && !git.is_tracked(&path)? {
                continue;
            }
            let outcome = match mine {
                Some(mine) => {
                    let start = git.file(base, &path)?;
                    settle(git, &path, to, &mine, start, new)?
                }
                None if new.is_some() => Outcome::Deleted,
                None => Outcome::Same,
            };
            let newer_is_there = git.file(newer, &path)?.is_some();
            edits.push(Edit {
                path,
                outcome,
                newer_is_there,
            });
        }
        Ok(Self {
            edits,
            base: base.to_owned(),
            newer: newer.to_owned(),
        })
    }

    /// Brings the branch to the newer workbook. Commits of the learner's own stay in
    /// its history, and in its files.
    pub fn go(&self, git: &Git) -> Result<()> {
        let head = git.head()?;
        if head == self.base {
            return git.go(&self.newer);
        }
        let mut files = Vec::new();
        for path in git.changed_between(&self.base, &head)? {
            let Some(mine) = git.stored(&head, &path)? else {
                continue;
            };
            let to = moved_to(git, &self.newer, &path)?;
            let (start, new) = (
                git.stored(&self.base, &path)?,
                git.stored(&self.newer, &to)?,
            );
            let (path, bytes) = match settle(git, &path, to, &mine, start, new)? {
                Outcome::Written { path, bytes, .. } => (path, bytes),
                Outcome::Clash { path, mine, .. } => (path, mine),
                Outcome::Alone { bytes } => (path, bytes),
                Outcome::Same | Outcome::Deleted => continue,
            };
            files.push((path, bytes));
        }
        let commit = git.join(&head, &self.newer, &files)?;
        git.go(&commit)
    }
}

/// Merges one file: what the learner started from, wrote, and what is newer.
fn settle(
    git: &Git,
    path: &Path,
    to: PathBuf,
    mine: &[u8],
    start: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
) -> Result<Outcome> {
    let Some(new) = new else {
        return Ok(match start.as_deref() == Some(mine) {
            true => Outcome::Same,
            false => Outcome::Alone {
                bytes: mine.to_owned(),
            },
        });
    };
    if new == mine && to == path {
        return Ok(Outcome::Same);
    }
    let merged = start.as_ref() != Some(&new);
    // The lines end as the learner's editor ends them.
    let crlf = is_crlf(mine);
    let plain = |text: &[u8]| match crlf {
        true => without_cr(text),
        false => text.to_owned(),
    };
    let start = start.unwrap_or_default();
    let [mine, start, new] = [mine, &start, &new].map(plain);
    let ended = |text: Vec<u8>| match crlf {
        true => with_cr(&text),
        false => text,
    };
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

/// Where the newer workbook has a file: a chapter is known by its number, and may
/// have got another noun.
fn moved_to(git: &Git, newer: &str, path: &Path) -> Result<PathBuf> {
    let mut parts = path.components();
    let (Some(tree), Some(folder)) = (parts.next(), parts.next()) else {
        return Ok(path.to_owned());
    };
    let tree = Path::new(&tree);
    let trees = [Tree::Exercises.folder(), Tree::Solutions.folder()];
    let chapter = folder.as_os_str().to_str().and_then(Chapter::from_folder);
    let Some(chapter) =
        chapter.filter(|_| trees.iter().any(|it| tree == Path::new(it)))
    else {
        return Ok(path.to_owned());
    };
    let folders = git.folders(newer, tree)?;
    let same = folders.iter().filter_map(|name| Chapter::from_folder(name));
    let mut same = same.filter(|other| other.number() == chapter.number());
    Ok(match same.next() {
        Some(other) => tree.join(other.folder()).join(parts.as_path()),
        None => path.to_owned(),
    })
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
