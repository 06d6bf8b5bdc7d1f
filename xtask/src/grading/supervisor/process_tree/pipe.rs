//! The report pipe on Unix: a descriptor that the check and its child processes
//! inherit, and that they find by its path.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::AsRawFd;
use std::path::Path;

use rustix::io::FdFlags;

/// The writing end, kept open until the check has inherited it.
pub(in super::super) struct ReportPipe(PipeWriter);

/// Nothing has to be kept open: a pipe ends by itself when nobody can write to it
/// anymore.
pub(in super::super) struct Open;

impl ReportPipe {
    /// Opens the pipe. `_scratch` is only for operating systems that need a file
    /// instead.
    pub(in super::super) fn open(_scratch: &Path) -> io::Result<(Self, PipeReader)> {
        let (reader, writer) = io::pipe()?;
        // Pipes are closed on exec by default, but this one has to be inherited.
        rustix::io::fcntl_setfd(&writer, FdFlags::empty())?;
        Ok((Self(writer), reader))
    }

    /// Returns the path by which a process that has inherited the pipe can open it.
    pub(in super::super) fn path(&self) -> String {
        format!("/dev/fd/{}", self.0.as_raw_fd())
    }

    /// Called when the check has inherited the pipe. Our own end is closed, because
    /// otherwise the report would never end.
    pub(in super::super) fn handed_over(self) -> Open {
        Open
    }
}
