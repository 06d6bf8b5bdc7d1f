//! Unix without a subreaper: the process group is all there is. A process
//! that leaves the group escapes, and resident memory is not watched here; the
//! allocator's ceiling in the check still holds. Not run on any machine yet.

use std::io;
use std::process::Child;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, test_kill_process_group};

/// The process group of the check.
#[derive(Debug, Default)]
pub(in super::super) struct Family {
    leader: AtomicU32,
}

impl Family {
    /// Nothing to prepare: the check is started as the leader of its group.
    pub(in super::super) fn adopt() -> io::Result<Self> {
        Ok(Self::default())
    }

    /// Sets what the check inherits.
    pub(in super::super) fn limit(&self) -> io::Result<()> {
        super::set_limits()
    }

    /// Resident memory is not watched here.
    pub(in super::super) fn resident(&self, leader: u32) -> u64 {
        self.leader.store(leader, Ordering::Relaxed);
        0
    }

    /// Processor time is not known here.
    pub(in super::super) fn processor_time(&self) -> Duration {
        Duration::ZERO
    }

    /// 1 while anything in the group runs.
    pub(in super::super) fn alive(&self) -> u64 {
        let group = self.group();
        u64::from(group.is_some_and(|group| test_kill_process_group(group).is_ok()))
    }

    /// Ends the check and its group.
    pub(in super::super) fn end(&self, leader: &mut Child) -> io::Result<()> {
        if let Some(group) = self.group() {
            // An empty group is an error here, and just what we want.
            let _ = rustix::process::kill_process_group(group, Signal::KILL);
        }
        leader.wait()?;
        Ok(())
    }

    fn group(&self) -> Option<Pid> {
        let leader = i32::try_from(self.leader.load(Ordering::Relaxed)).ok()?;
        Pid::from_raw(leader)
    }
}
