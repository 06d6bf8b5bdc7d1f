//! Reading what is in memory without waiting for the disk.
//!
//! Given: each operating system has its own calls.

use std::fs::File;
use std::io;

/// Reads what is in memory, and never waits. An error says only
/// that the pool has to try.
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

/// Other systems do not say what is in memory.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn read_nowait(
    _: &File,
    _: &mut [u8],
    _: u64,
) -> io::Result<usize> {
    Err(io::ErrorKind::WouldBlock.into())
}

/// Reads at a place, and waits for the disk. 0 is the end.
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
