//! The path of a file below a folder.
//!
//! We provide this file, because operating systems differ in the file
//! names that they allow.

use std::path::{Path, PathBuf};

use crate::MessageError;

/// A path relative to a folder, such as `pictures/cat.png`. It never
/// leads out of the folder. An empty path is the folder itself. Only
/// [`resource_path`](crate::resource_path) makes one from the bytes of
/// a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePath {
    path: PathBuf,
}

impl ResourcePath {
    /// Joins segments that have been checked already. Rejects only
    /// names that this operating system doesn't allow; Windows allows
    /// fewer than others.
    pub fn from_segments(
        segments: Vec<Vec<u8>>,
    ) -> Result<Self, MessageError> {
        let mut path = PathBuf::new();
        for segment in segments {
            path.push(name(segment)?);
        }
        Ok(Self { path })
    }

    /// Returns the path, which the caller joins to that of a folder.
    pub fn as_path(&self) -> &Path {
        &self.path
    }
}

/// On Unix, a name may be any bytes.
#[cfg(unix)]
fn name(segment: Vec<u8>) -> Result<std::ffi::OsString, MessageError> {
    Ok(std::os::unix::ffi::OsStringExt::from_vec(segment))
}

/// Elsewhere, a name must be text. Windows opens a device for
/// `nul.txt`, a second stream for `a:b`, and the file `a` for both `a.`
/// and `a `.
#[cfg(not(unix))]
fn name(segment: Vec<u8>) -> Result<String, MessageError> {
    let refused = MessageError::Target("not a file name here");
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
