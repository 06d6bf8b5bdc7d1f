//! The name of a file that a stranger sends.
//!
//! Given: a list of names that some system takes for something else.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use messages::ResourcePath;

use crate::UploadError;

/// The most bytes of a name: so many fit into the directories of
/// all usual file systems.
const LONGEST: usize = 255;

/// One name, below one folder: never a path, never hidden, and
/// such that every system can hold it as it is.
///
/// Refused: nothing, more than 255 bytes, a dot at the start (so
/// `.` and `..` too), `/` and `\`, control characters, and what
/// Windows takes for something else: `:`, `"`, `<`, `>`, `|`,
/// `?`, `*`, a blank or a dot at the end, and the names of its
/// devices, such as `NUL` and `com1.txt`. Nothing is cleaned up:
/// a name that was changed is a name that nobody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    name: String,
}

impl FromStr for FileName {
    type Err = UploadError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.to_owned();
        let odd = |letter: char| {
            letter.is_control() || "/\\:\"<>|?*".contains(letter)
        };
        let refused = name.is_empty()
            || name.len() > LONGEST
            || name.starts_with('.')
            || name.ends_with([' ', '.'])
            || name.contains(odd)
            || is_device(&name)
            // What this system cannot hold in addition.
            || ResourcePath::from_segments(vec![name.clone().into()])
                .is_err();
        if refused {
            return Err(UploadError::Name(name));
        }
        Ok(Self { name })
    }
}

/// Windows opens a device for these, whatever the folder, and
/// whatever follows the first dot.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.trim_end().to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().any(|device| {
        let rest = stem.strip_prefix(device);
        rest.is_some_and(|rest| {
            let mut letters = rest.chars();
            let digit = letters.next();
            // Superscripts count: they are digits of Latin-1.
            digit.is_some_and(|it| "123456789¹²³".contains(it))
                && letters.next().is_none()
        })
    });
    numbered
        || ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
            .contains(&stem.as_str())
}

/// It is one name: joined to a folder, it is in that folder.
impl AsRef<Path> for FileName {
    fn as_ref(&self) -> &Path {
        Path::new(&self.name)
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}
