//! The processes of one check or one run, kept together so that all of them can
//! be ended.
//!
//! One interface, three systems. Linux is measured: orphans come back to the
//! supervisor (child subreaper), so even a process in a group of its own is found.
//! Other Unix systems have the process group only; `WORKBOOK_PORTABLE=1` makes
//! Linux take that way too, so that it is run. Windows has a job object, which is
//! run under Wine.

#[cfg(unix)]
mod group;
#[cfg(windows)]
mod job;
#[cfg(target_os = "linux")]
mod linux;

use std::io;
use std::process::{Child, Command};
use std::time::Duration;

/// What can be done with the processes of a check.
pub trait ProcessTree {
    /// Resident memory of all of them, in bytes; 0 where it is not watched.
    fn resident(&self) -> u64;

    /// How long those that still run had something to do, where it is known. On Linux,
    /// the time in which they waited for a processor counts too: on a busy machine, a
    /// loop without end gets little of one.
    fn runnable_time(&self) -> Option<Duration>;

    /// How many still run.
    fn running_count(&self) -> u64;

    /// Ends the check and everything it started.
    fn kill_all(&self, leader: &mut Child) -> io::Result<()>;
}

/// Prepares this process for a process tree, whose first member `start` starts. It must
/// be started [`in_new_group`].
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

/// Starts `command` in a process group of its own, out of reach of a Ctrl-C.
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

/// Sets what a check inherits: no core dumps, and a fuse far above every
/// ceiling. `RLIMIT_DATA` counts reservations too, so a low value would fail
/// honest programs with many threads; `RLIMIT_AS` would do so even more.
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

/// Windows has no such limits; the job object has none of ours either.
#[cfg(not(unix))]
pub(super) fn set_limits() -> io::Result<()> {
    Ok(())
}

/// Asks the members of the leader's group to end by themselves.
#[cfg(unix)]
pub fn terminate(leader: &Child) {
    use rustix::process::{Pid, Signal, kill_process_group};

    let group = i32::try_from(leader.id()).ok().and_then(Pid::from_raw);
    if let Some(group) = group {
        // A group that has ended needs no asking.
        let _ = kill_process_group(group, Signal::TERM);
    }
}

/// Asks the members of the leader's group to end by themselves.
#[cfg(windows)]
pub fn terminate(leader: &Child) {
    job::press_break(leader);
}
