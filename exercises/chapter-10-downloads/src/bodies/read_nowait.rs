//! Reads bytes that are in memory without waiting for the disk.
//!
//! We provide this file, because each operating system has its own
//! calls for this.

use std::fs::File;
use std::io;

/// Reads bytes that are in memory, and never waits for the disk. An
/// error only means that the read has to be tried on the blocking pool.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn read_nowait(
    file: &File,
    buffer: &mut [u8],
    at: u64,
) -> io::Result<usize> {
    use rustix::io::{ReadWriteFlags, preadv2};
    let buffers = &mut [io::IoSliceMut::new(buffer)];
    Ok(preadv2(file, buffers, at, ReadWriteFlags::NOWAIT)?)
}

/// Other systems can't tell whether the bytes are in memory.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn read_nowait(
    _: &File,
    _: &mut [u8],
    _: u64,
) -> io::Result<usize> {
    Err(io::ErrorKind::WouldBlock.into())
}

/// Reads at an offset, and waits for the disk. Returns 0 at the end of
/// the file.
pub(crate) fn read_at(
    file: &File,
    buffer: &mut [u8],
    at: u64,
) -> io::Result<usize> {
    loop {
        #[cfg(unix)]
        let read =
            std::os::unix::fs::FileExt::read_at(file, buffer, at);
        #[cfg(windows)]
        let read =
            std::os::windows::fs::FileExt::seek_read(file, buffer, at);
        match read {
            Err(error)
                if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}
