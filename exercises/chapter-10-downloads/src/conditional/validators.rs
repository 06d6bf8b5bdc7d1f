//! Validators: by which a client knows a version of a file.
//!
//! Given: a grammar of tags, and what each file system can tell.

use std::fmt;
use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::HeaderValue;

/// A strong entity tag (RFC 9110, section 8.8.3): two files with
/// the same tag are equal, byte for byte, as far as the file
/// system can tell.
///
/// It is made of the time of the last change in nanoseconds, the
/// length, and on Unix the file's number and the time at which
/// anything about it changed: who sets the first time back cannot
/// set that one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag {
    text: String,
}

/// What is known about the bytes that can be sent.
#[derive(Debug, Clone)]
pub struct Representation {
    /// How many bytes there are. Before they are compressed, if
    /// they are compressed on their way.
    pub length: u64,
    /// Their tag.
    pub tag: EntityTag,
    /// When they changed, in whole seconds: HTTP's dates have no
    /// finer ones.
    pub modified: SystemTime,
    /// Whether a part can be sent. Nobody knows where a part is
    /// in what is compressed on its way.
    pub ranges: bool,
}

impl Representation {
    /// What an open file is.
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

    /// The same in another form, which needs a tag of its own.
    pub(crate) fn with_tag_suffix(mut self, suffix: &str) -> Self {
        let end = self.tag.text.len() - 1;
        self.tag.text.insert_str(end, suffix);
        self
    }
}

impl EntityTag {
    /// Whether one of the tags is this one (RFC 9110, section
    /// 8.8.3.2, strong comparison). `list` is that of a field,
    /// and `*` means any. A weak tag never matches.
    pub fn strong(&self, list: &str) -> bool {
        is_any(list)
            || tags(list).any(|(weak, tag)| !weak && tag == self.text)
    }

    /// The same by weak comparison: `W/` makes no difference.
    pub fn weak(&self, list: &str) -> bool {
        is_any(list) || tags(list).any(|(_, tag)| tag == self.text)
    }

    /// As the value of `ETag`.
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

/// Is it one tag, weak or strong?
pub(crate) fn is_tag(text: &str) -> bool {
    let mut rest = text;
    next_tag(&mut rest).is_some() && rest.trim().is_empty()
}

/// The tags of a list, and whether each is weak. A comma inside
/// of a tag ends nothing. What is no tag ends the list.
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

/// Everything that an edit changes.
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

/// Truncates to whole seconds. A time before 1970 becomes 1970,
/// and the future becomes now: a client would believe neither.
fn whole_seconds(time: SystemTime) -> SystemTime {
    let time = time.min(SystemTime::now());
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    UNIX_EPOCH + Duration::from_secs(since.as_secs())
}
