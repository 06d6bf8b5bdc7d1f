//! The report pipe on Unix: a descriptor that the check and its child servers
//! inherit, known to them by its path.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::AsRawFd;
use std::path::Path;

use rustix::io::FdFlags;

/// The writing end, kept open until the check has inherited it.
pub(in super::super) struct ReportPipe(PipeWriter);

/// A pipe comes to its end by itself, when nobody can write to it any more.
pub(in super::super) struct Open;

impl ReportPipe {
    /// Opens the pipe; `_scratch` is for systems that need a file instead.
    pub(in super::super) fn open(_scratch: &Path) -> io::Result<(Self, PipeReader)> {
        let (reader, writer) = io::pipe()?;
        // Pipes are closed on exec; this one is made to be inherited.
        rustix::io::fcntl_setfd(&writer, FdFlags::empty())?;
        Ok((Self(writer), reader))
    }

    /// The path under which a process that inherited it can open it.
    pub(in super::super) fn path(&self) -> String {
        format!("/dev/fd/{}", self.0.as_raw_fd())
    }

    /// The check has inherited it. Our own end closes, or the report would never come
    /// to its end.
    pub(in super::super) fn handed_over(self) -> Open {
        Open
    }
}
