//! The report where no descriptor can be inherited by its path: a file in the
//! scratch folder, followed as it grows. Not run on any machine yet.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// The report file's path.
pub(in super::super) struct ReportPipe(PathBuf);

/// Reads the file and waits for more; it ends with the keeper.
pub(in super::super) struct Follow(File);

impl ReportPipe {
    /// Creates the file in `scratch`.
    pub(in super::super) fn open(scratch: &Path) -> io::Result<(Self, Follow)> {
        let path = scratch.join("report");
        File::create(&path)?;
        let follow = Follow(File::open(&path)?);
        Ok((Self(path), follow))
    }

    /// The path that the lab appends to.
    pub(in super::super) fn path(&self) -> String {
        self.0.display().to_string()
    }
}

impl Read for Follow {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(piece)? {
                0 => thread::sleep(Duration::from_millis(1)),
                length => return Ok(length),
            }
        }
    }
}
