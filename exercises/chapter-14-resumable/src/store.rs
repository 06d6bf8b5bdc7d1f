//! Where uploads live between two connections, and between two
//! processes.
//!
//! Two files in the folder are one upload: the bytes that have come,
//! and a note with the file's name and length. The offset is nowhere
//! but in the length of the first file. When the upload is complete,
//! the first file has moved to its name, and the note is left.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use uploads::{FileName, move_without_replacing, sync_folder};

/// What the names of both files begin with. They're hidden, so
/// chapter 10 never serves them.
const PREFIX: &str = ".resumable-";
const NOTE: &str = ".note";

/// The name of an upload in its URL. Whoever knows it may write, so
/// nobody can guess it: it's 32 hexadecimal digits, 128 random bits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct UploadId(String);

/// What the folder knows about an upload.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    /// What the file will be called.
    pub(crate) name: FileName,
    /// How many bytes are there.
    pub(crate) offset: u64,
    /// How many there will be, once the client has said it.
    pub(crate) length: Option<u64>,
    /// Whether the file has its name.
    pub(crate) complete: bool,
}

/// A folder with uploads. Its methods block.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    folder: PathBuf,
}

impl UploadId {
    /// Returns a new one.
    pub(crate) fn random() -> io::Result<Self> {
        todo!("chapter 14: an id that nobody can guess")
    }

    /// Parses an id from a URL. Returns `None` if it's not such an id,
    /// and then no file is looked for.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        todo!("chapter 14: is {text} an id?")
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Store {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Returns the path of the bytes of an upload.
    pub(crate) fn bytes(&self, id: &UploadId) -> PathBuf {
        self.folder.join(format!("{PREFIX}{id}"))
    }

    /// Returns the path of its note.
    pub(crate) fn note(&self, id: &UploadId) -> PathBuf {
        self.folder.join(format!("{PREFIX}{id}{NOTE}"))
    }

    /// Returns the path of a note that's still being written.
    fn new_note(&self, id: &UploadId) -> PathBuf {
        self.folder.join(format!("{PREFIX}{id}.new"))
    }

    /// Creates an upload without a byte.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` if there's a file with this name.
    pub(crate) fn create(
        &self,
        name: FileName,
        length: Option<u64>,
    ) -> io::Result<UploadId> {
        todo!("chapter 14: an upload for {name}")
    }

    /// Notes the name and the length of an upload. A process that's
    /// killed in between leaves the old note.
    pub(crate) fn write_note(
        &self,
        id: &UploadId,
        name: &FileName,
        length: Option<u64>,
    ) -> io::Result<()> {
        todo!("chapter 14: note {name} and {length:?}")
    }

    /// Looks an upload up. `None` if there's none.
    pub(crate) fn find(
        &self,
        id: &UploadId,
    ) -> io::Result<Option<Upload>> {
        todo!("chapter 14: find {id}")
    }

    /// Gives a complete upload its name. The disk has every byte
    /// before the name is there.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` if the name was taken meanwhile. The upload is
    /// as it was.
    pub(crate) fn publish(
        &self,
        id: &UploadId,
        upload: &Upload,
    ) -> io::Result<()> {
        todo!("chapter 14: publish {}", upload.name)
    }

    /// Removes an upload. A file that has its name stays.
    pub(crate) fn remove(&self, id: &UploadId) -> io::Result<()> {
        todo!("chapter 14: remove {id}")
    }

    /// Returns the ids that the names in the folder have. One with two
    /// files may be there twice.
    pub(crate) fn all(&self) -> io::Result<Vec<UploadId>> {
        todo!("chapter 14: all in {}", self.folder.display())
    }
}

/// Returns what was found, or `None` if the file isn't there. Here that
/// isn't an error.
fn unless_missing<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    todo!("chapter 14: is it there?")
}
