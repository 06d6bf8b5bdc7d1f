//! The name of a file that a stranger sends.
//!
//! We provide this file, because it has a list of names that have a
//! special meaning on some operating system.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use messages::ResourcePath;

use crate::UploadError;

/// The maximum length of a name, in bytes, which is what all common
/// file systems allow.
const LONGEST: usize = 255;

/// The name of one file in one folder. It's never a path and never
/// hidden, and every operating system can store it unchanged.
///
/// These names are refused: an empty one, one with more than 255 bytes,
/// one that begins with a dot (which includes `.` and `..`), and one
/// that contains `/`, `\`, or a control character. So are names with a
/// special meaning on Windows: those that contain `:`, `"`, `<`, `>`,
/// `|`, `?`, or `*`, those that end with a space or a dot, and the
/// names of devices, such as `NUL` and `com1.txt`. Names are never
/// cleaned up, because nobody asked for a file with a changed name.
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
            // Names that this operating system can't store.
            || ResourcePath::from_segments(vec![name.clone().into()])
                .is_err();
        if refused {
            return Err(UploadError::Name(name));
        }
        Ok(Self { name })
    }
}

/// Returns whether Windows would open a device for this name. It does
/// that in every folder, and whatever follows the first dot.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.trim_end().to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().any(|device| {
        let rest = stem.strip_prefix(device);
        rest.is_some_and(|rest| {
            let mut letters = rest.chars();
            let digit = letters.next();
            // Superscripts count, because Windows takes them for
            // digits.
            digit.is_some_and(|it| "123456789¹²³".contains(it))
                && letters.next().is_none()
        })
    });
    numbered
        || ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
            .contains(&stem.as_str())
}

/// A file name joined to the path of a folder is a file in that folder.
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
