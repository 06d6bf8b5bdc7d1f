//! Validators: how a client identifies a version of a file.
//!
//! We provide this file: it has a grammar of tags, and depends on what
//! each file system can tell.

use std::fmt;
use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::HeaderValue;

/// A strong entity tag (RFC 9110, section 8.8.3): two files with the
/// same tag are equal, byte for byte, as far as the file system can
/// tell.
///
/// It's made of the length, the modification time in nanoseconds, and
/// on Unix also the inode number and the time at which anything about
/// the file changed. The modification time can be set back, but the
/// last one can't.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag {
    text: String,
}

/// What is known about the bytes that a response can carry.
#[derive(Debug, Clone)]
pub struct Representation {
    /// How many bytes there are. If they're compressed while they're
    /// sent, the number before that.
    pub length: u64,
    /// The entity tag of these bytes.
    pub tag: EntityTag,
    /// When they changed, in whole seconds, because HTTP's dates have
    /// nothing finer.
    pub modified: SystemTime,
    /// Whether parts can be sent. If the bytes are compressed while
    /// they're sent, nobody knows where a part begins.
    pub ranges: bool,
}

impl Representation {
    /// Returns what is known about an open file.
    pub(crate) fn of(facts: &Metadata) -> Self {
        let modified = facts.modified().unwrap_or(UNIX_EPOCH);
        Self {
            length: facts.len(),
            tag: EntityTag {
                text: format!("\"{}\"", identity(facts, modified)),
            },
            modified: whole_seconds(modified),
            ranges: true,
        }
    }

    /// Returns the same representation with another content coding,
    /// which needs an entity tag of its own.
    pub(crate) fn with_tag_suffix(mut self, suffix: &str) -> Self {
        let end = self.tag.text.len() - 1;
        self.tag.text.insert_str(end, suffix);
        self
    }
}

impl EntityTag {
    /// Returns whether `list` contains this tag by strong comparison
    /// (RFC 9110, section 8.8.3.2). `list` is the value of a field, and
    /// `*` means any tag. A weak tag never matches.
    pub fn strong(&self, list: &str) -> bool {
        is_any(list)
            || tags(list).any(|(weak, tag)| !weak && tag == self.text)
    }

    /// Returns whether `list` contains this tag by weak comparison,
    /// which ignores `W/`.
    pub fn weak(&self, list: &str) -> bool {
        is_any(list) || tags(list).any(|(_, tag)| tag == self.text)
    }

    /// Returns the tag as the value of `ETag`.
    pub(crate) fn value(&self) -> HeaderValue {
        HeaderValue::try_from(self.text.as_str())
            .expect("digits, hyphens and quotes make a value")
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn is_any(list: &str) -> bool {
    list.trim() == "*"
}

/// Returns whether `text` is one tag, weak or strong.
pub(crate) fn is_tag(text: &str) -> bool {
    let mut rest = text;
    next_tag(&mut rest).is_some() && rest.trim().is_empty()
}

/// Returns the tags of a list, and whether each is weak. A comma inside
/// a tag doesn't end it. The list ends at the first thing that isn't a
/// tag.
fn tags(list: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = list;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        next_tag(&mut rest)
    })
}

fn next_tag<'a>(rest: &mut &'a str) -> Option<(bool, &'a str)> {
    let tag = rest.strip_prefix("W/");
    let (weak, text) = (tag.is_some(), tag.unwrap_or(rest));
    let inner = text.strip_prefix('"')?;
    let end = inner.find('"')? + 2;
    let (tag, after) = text.split_at(end);
    *rest = after;
    Some((weak, tag))
}

/// Returns everything that changes when the file is edited, as text.
fn identity(facts: &Metadata, modified: SystemTime) -> String {
    let nanoseconds = match modified.duration_since(UNIX_EPOCH) {
        Ok(since) => format!("{:x}", since.as_nanos()),
        Err(before) => format!("n{:x}", before.duration().as_nanos()),
    };
    let length = facts.len();
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let (number, seconds) = (facts.ino(), facts.ctime());
        let fraction = facts.ctime_nsec();
        format!(
            "{nanoseconds}-{length:x}-{number:x}-{seconds:x}.{fraction:x}"
        )
    }
    #[cfg(not(unix))]
    {
        format!("{nanoseconds}-{length:x}")
    }
}

/// Truncates a time to whole seconds. A time before 1970 becomes 1970,
/// and a time in the future becomes now, because clients wouldn't
/// believe either.
fn whole_seconds(time: SystemTime) -> SystemTime {
    let time = time.min(SystemTime::now());
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    UNIX_EPOCH + Duration::from_secs(since.as_secs())
}
