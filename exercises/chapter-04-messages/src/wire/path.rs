//! The way to a file below a folder.
//!
//! We provide this file: what a name of a file may be differs
//! between systems.

use std::path::{Path, PathBuf};

use crate::MessageError;

/// A path down from a folder, such as `pictures/cat.png`. It
/// never leads up, and never starts from the root. An empty one
/// is the folder itself. Only
/// [`resource_path`](crate::resource_path) makes one from what a
/// client sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePath {
    path: PathBuf,
}

impl ResourcePath {
    /// Joins segments that were checked already. Rejects only
    /// what names on this system can't contain, which is more on
    /// Windows than elsewhere.
    pub fn from_segments(
        segments: Vec<Vec<u8>>,
    ) -> Result<Self, MessageError> {
        let mut path = PathBuf::new();
        for segment in segments {
            path.push(name(segment)?);
        }
        Ok(Self { path })
    }

    /// Returns the path, to be joined to a folder's.
    pub fn as_path(&self) -> &Path {
        &self.path
    }
}

/// On Unix a name is any bytes.
#[cfg(unix)]
fn name(segment: Vec<u8>) -> Result<std::ffi::OsString, MessageError> {
    Ok(std::os::unix::ffi::OsStringExt::from_vec(segment))
}

/// Elsewhere it is text. Windows opens a device for `nul.txt`, a
/// second stream for `a:b`, and `a` for `a.` and for `a `.
#[cfg(not(unix))]
fn name(segment: Vec<u8>) -> Result<String, MessageError> {
    let refused = MessageError::Target("no name of this system");
    let Ok(text) = String::from_utf8(segment) else {
        return Err(refused);
    };
    let odd = text.contains(['<', '>', ':', '"', '|', '?', '*'])
        || text.ends_with([' ', '.'])
        || text.chars().any(char::is_control);
    let stem = text.split('.').next().unwrap_or_default();
    let stem = stem.trim_end().to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().any(|device| {
        let rest = stem.strip_prefix(device);
        rest.is_some_and(|rest| rest.chars().count() == 1)
    });
    let device = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
        .contains(&stem.as_str());
    if odd || numbered || device {
        return Err(refused);
    }
    Ok(text)
}
