//! The processes of one check or one run, tracked together so that all of them can be
//! killed.
//!
//! There's one interface for three kinds of operating systems. On Linux, orphans return
//! to the supervisor (child subreaper), so even a process in a group of its own is
//! found. On other Unix systems, there is only the process group; `WORKBOOK_PORTABLE=1`
//! makes Linux use that code, too, so that it's tested. Windows has a job object, which
//! is tested under Wine.

#[cfg(unix)]
mod group;
#[cfg(windows)]
mod job;
#[cfg(target_os = "linux")]
mod linux;

use std::io;
use std::process::{Child, Command};
use std::time::Duration;

/// The operations on the processes of a check.
pub trait ProcessTree {
    /// Returns the resident memory of all of them, in bytes, or 0 if it can't be
    /// measured.
    fn resident(&self) -> u64;

    /// Returns for how long the processes that still run had work to do, if that's
    /// known. On Linux, the time in which they waited for a processor counts, too,
    /// because on a busy machine, an endless loop gets only a little of it.
    fn runnable_time(&self) -> Option<Duration>;

    /// Returns how many still run.
    fn running_count(&self) -> u64;

    /// Kills the check and everything that it has started.
    fn kill_all(&self, leader: &mut Child) -> io::Result<()>;
}

/// Prepares this process for tracking, and calls `start`, which starts the first
/// process of the tree. That process must be started [`in_new_group`].
pub fn spawn_tracked(
    start: impl FnOnce() -> io::Result<Child>,
) -> io::Result<(Box<dyn ProcessTree>, Child)> {
    #[cfg(target_os = "linux")]
    if std::env::var_os("WORKBOOK_PORTABLE").is_none() {
        let tree = linux::Descendants::adopt()?;
        return Ok((Box::new(tree), start()?));
    }
    #[cfg(unix)]
    {
        let leader = start()?;
        Ok((Box::new(group::Group::led_by(&leader)), leader))
    }
    #[cfg(windows)]
    {
        let job = job::JobObject::enter()?;
        Ok((Box::new(job), start()?))
    }
}

#[cfg(unix)]
mod pipe;
#[cfg(unix)]
pub(super) use pipe::{Open, ReportPipe};

#[cfg(not(unix))]
mod file;
#[cfg(not(unix))]
pub(super) use file::{Open, ReportPipe};

/// Starts `command` in a process group of its own, so that Ctrl-C doesn't reach it.
pub fn in_new_group(command: &mut Command) {
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

/// Sets the limits that a check inherits: no core dumps, and a memory limit far above
/// every check's own limit, as a last resort. `RLIMIT_DATA` counts reserved memory,
/// too, so a low value would fail correct programs with many threads, and `RLIMIT_AS`
/// would fail even more of them.
#[cfg(unix)]
pub(super) fn set_limits() -> io::Result<()> {
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

/// Windows has no such limits, and our job object sets none either.
#[cfg(not(unix))]
pub(super) fn set_limits() -> io::Result<()> {
    Ok(())
}

/// Asks the processes in the leader's group to exit.
#[cfg(unix)]
pub fn terminate(leader: &Child) {
    use rustix::process::{Pid, Signal, kill_process_group};

    let group = i32::try_from(leader.id()).ok().and_then(Pid::from_raw);
    if let Some(group) = group {
        // If the group has exited already, there's nobody to ask.
        let _ = kill_process_group(group, Signal::TERM);
    }
}

/// Asks the processes in the leader's group to exit.
#[cfg(windows)]
pub fn terminate(leader: &Child) {
    job::press_break(leader);
}
