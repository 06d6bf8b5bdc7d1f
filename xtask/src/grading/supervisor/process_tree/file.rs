//! The report as a file in the scratch folder, which is read as it grows. It's used if
//! a descriptor can't be inherited by its path.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

/// The report file's path.
pub(in super::super) struct ReportPipe {
    path: PathBuf,
    open: Open,
}

/// Kept as long as somebody may write. When it's dropped, the file is complete.
pub(in super::super) struct Open {
    _mark: Arc<()>,
}

/// Reads the file, and waits for more as long as it's [`Open`].
pub(in super::super) struct Follow {
    file: File,
    open: Weak<()>,
}

impl ReportPipe {
    /// Creates the file in `scratch`.
    pub(in super::super) fn open(scratch: &Path) -> io::Result<(Self, Follow)> {
        let path = scratch.join("report");
        File::create(&path)?;
        let mark = Arc::new(());
        let follow = Follow {
            file: File::open(&path)?,
            open: Arc::downgrade(&mark),
        };
        let open = Open { _mark: mark };
        Ok((Self { path, open }, follow))
    }

    /// The path that the lab appends to.
    pub(in super::super) fn path(&self) -> String {
        self.path.display().to_string()
    }

    /// Called when the check has started. The file stays open until the check has
    /// exited.
    pub(in super::super) fn handed_over(self) -> Open {
        self.open
    }
}

impl Read for Follow {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        loop {
            // Asked before the file is read, so that the last bytes are read, too.
            let is_open = self.open.strong_count() > 0;
            match self.file.read(piece)? {
                0 if is_open => thread::sleep(Duration::from_millis(1)),
                length => return Ok(length),
            }
        }
    }
}
