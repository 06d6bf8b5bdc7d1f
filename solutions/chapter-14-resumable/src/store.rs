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
        //? todo!("chapter 14: an id that nobody can guess")
        // ANCHOR: cut-random
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        Ok(Self(format!("{:032x}", u128::from_be_bytes(bytes))))
        // ANCHOR_END: cut-random
    }

    /// Parses an id from a URL. Returns `None` if it's not such an id,
    /// and then no file is looked for.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        //? todo!("chapter 14: is {text} an id?")
        // ANCHOR: cut-parse
        let digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let good = text.len() == 32 && text.bytes().all(digit);
        good.then(|| Self(text.to_owned()))
        // ANCHOR_END: cut-parse
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
        //? todo!("chapter 14: an upload for {name}")
        // ANCHOR: cut-create
        if self.folder.join(&name).try_exists()? {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let id = UploadId::random()?;
        // A note without bytes would mean that all is there.
        File::create_new(self.bytes(&id))?;
        self.write_note(&id, &name, length)?;
        Ok(id)
        // ANCHOR_END: cut-create
    }

    /// Notes the name and the length of an upload. A process that's
    /// killed in between leaves the old note.
    pub(crate) fn write_note(
        &self,
        id: &UploadId,
        name: &FileName,
        length: Option<u64>,
    ) -> io::Result<()> {
        //? todo!("chapter 14: note {name} and {length:?}")
        // ANCHOR: cut-write_note
        let length = length.map_or(String::new(), |it| it.to_string());
        let new = self.new_note(id);
        fs::write(&new, format!("{length}\n{name}"))?;
        fs::rename(new, self.note(id))
        // ANCHOR_END: cut-write_note
    }

    /// Looks an upload up. `None` if there's none.
    pub(crate) fn find(
        &self,
        id: &UploadId,
    ) -> io::Result<Option<Upload>> {
        //? todo!("chapter 14: find {id}")
        // ANCHOR: cut-find
        let note = unless_missing(fs::read_to_string(self.note(id)))?;
        let note = note.unwrap_or_default();
        let Some((length, name)) = note.split_once('\n') else {
            return Ok(None);
        };
        let Ok(name) = name.parse() else {
            return Ok(None);
        };
        let length = length.parse().ok();
        let there = unless_missing(fs::metadata(self.bytes(id)))?;
        let there = there.map(|facts| facts.len());
        Ok(there.or(length).map(|offset| Upload {
            name,
            offset,
            length,
            complete: there.is_none(),
        }))
        // ANCHOR_END: cut-find
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
        //? todo!("chapter 14: publish {}", upload.name)
        // ANCHOR: cut-publish
        let bytes = self.bytes(id);
        File::options().append(true).open(&bytes)?.sync_all()?;
        self.write_note(id, &upload.name, Some(upload.offset))?;
        let to = self.folder.join(&upload.name);
        move_without_replacing(&bytes, &to)?;
        sync_folder(&to)
        // ANCHOR_END: cut-publish
    }

    /// Removes an upload. A file that has its name stays.
    pub(crate) fn remove(&self, id: &UploadId) -> io::Result<()> {
        //? todo!("chapter 14: remove {id}")
        // ANCHOR: cut-remove
        // A note that outlived its bytes would say it's complete.
        unless_missing(fs::remove_file(self.note(id)))?;
        unless_missing(fs::remove_file(self.bytes(id)))?;
        // A process that was killed may have left this.
        unless_missing(fs::remove_file(self.new_note(id)))?;
        Ok(())
        // ANCHOR_END: cut-remove
    }

    /// Returns the ids that the names in the folder have. One with two
    /// files may be there twice.
    pub(crate) fn all(&self) -> io::Result<Vec<UploadId>> {
        //? todo!("chapter 14: all in {}", self.folder.display())
        // ANCHOR: cut-all
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let name = name.to_string_lossy();
            let rest = name.strip_prefix(PREFIX).unwrap_or_default();
            let id = rest.split('.').next().unwrap_or_default();
            all.extend(UploadId::parse(id));
        }
        Ok(all)
        // ANCHOR_END: cut-all
    }
}

/// Returns what was found, or `None` if the file isn't there. Here that
/// isn't an error.
fn unless_missing<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    //? todo!("chapter 14: is it there?")
    // ANCHOR: cut-unless_missing
    match found {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
    // ANCHOR_END: cut-unless_missing
}
