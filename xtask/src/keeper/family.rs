//! The processes of one check, kept together so that all of them can be ended.
//!
//! One interface, three systems. Linux is measured: orphans come back to the
//! keeper (child subreaper), so even a process in a group of its own is found.
//! Other Unix systems have the process group only, and Windows has a job
//! object; both are written from their documentation and have not been run.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(super) use linux::Family;

#[cfg(all(unix, not(target_os = "linux")))]
mod group;
#[cfg(all(unix, not(target_os = "linux")))]
pub(super) use group::Family;

#[cfg(windows)]
mod job;
#[cfg(windows)]
pub(super) use job::Family;

#[cfg(unix)]
mod pipe;
#[cfg(unix)]
pub(super) use pipe::ReportPipe;

#[cfg(not(unix))]
mod file;
#[cfg(not(unix))]
pub(super) use file::ReportPipe;

use std::process::Command;

/// Starts `command` in a process group of its own, out of reach of a Ctrl-C.
pub(super) fn apart(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(windows)]
    {
        const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
        std::os::windows::process::CommandExt::creation_flags(
            command,
            CREATE_NEW_PROCESS_GROUP,
        );
    }
}

/// Sets what a check inherits: no core dumps, and a fuse far above every
/// ceiling. `RLIMIT_DATA` counts reservations too, so a low value would fail
/// honest programs with many threads; `RLIMIT_AS` would do so even more.
#[cfg(unix)]
fn set_limits() -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    const FUSE: u64 = 4 << 30;
    let limit = |bytes| Rlimit {
        current: Some(bytes),
        maximum: Some(bytes),
    };
    setrlimit(Resource::Core, limit(0))?;
    setrlimit(Resource::Data, limit(FUSE))?;
    Ok(())
}
