//! The command line of the program.
//!
//! We provide this file: command lines aren't a subject of this
//! chapter.

use std::fs;
use std::path::{Path, PathBuf};

use downloads::BodyKind;
use naive::{Config, ConfigError};

/// What the program was asked to do.
pub(crate) struct Command {
    /// Chapter 5's settings: where to listen, and the file served at
    /// `/download`.
    pub(crate) config: Config,
    /// The folder served at `/files/`, if there is one.
    pub(crate) root: Option<PathBuf>,
    /// The kind of body that carries the files.
    pub(crate) body: BodyKind,
    /// Whether compressed responses are offered.
    pub(crate) gzip: bool,
}

impl Command {
    /// Reads the words after the program's name.
    pub(crate) fn from_words(
        words: Vec<String>,
    ) -> Result<Self, String> {
        let mut rest = Vec::new();
        let (mut root, mut body) = (None, BodyKind::default());
        let mut gzip = true;
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--root" => {
                    let value = words.next().ok_or_else(|| {
                        "`--root` needs a folder, such as --root ."
                            .to_owned()
                    })?;
                    root = Some(PathBuf::from(value));
                }
                "--body" => {
                    body = match words.next().as_deref() {
                        Some("queued") => BodyKind::Queued,
                        Some("direct") => BodyKind::Direct,
                        _ => {
                            return Err("`--body` is queued or \
                                        direct, such as \
                                        --body direct"
                                .to_owned());
                        }
                    }
                }
                "--no-gzip" => gzip = false,
                _ => rest.push(word),
            }
        }
        let config = Config::from_args(&rest).map_err(told)?;
        Ok(Self {
            config,
            root,
            body,
            gzip,
        })
    }
}

fn told(error: ConfigError) -> String {
    match error {
        ConfigError::UnknownFlag(flag) => {
            format!("`{flag}` isn't a flag; --help lists them")
        }
        error => error.to_string(),
    }
}

/// Splits the path of the file for `/download` into its folder and its
/// name. Links are resolved once, here.
pub(crate) fn folder_and_name(
    file: &Path,
) -> Option<(PathBuf, PathBuf)> {
    let file = if file.is_symlink() {
        fs::canonicalize(file).ok()?
    } else {
        file.to_owned()
    };
    let name = PathBuf::from(file.file_name()?);
    Some((file.parent()?.to_owned(), name))
}
