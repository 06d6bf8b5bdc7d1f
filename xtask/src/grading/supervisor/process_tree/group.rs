//! Unix without a subreaper: the process group is all there is. A process that
//! leaves the group escapes, and resident memory is not watched; the allocator's
//! ceiling in the check still holds.

use std::io;
use std::process::Child;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

use super::ProcessTree;

/// The process group of the check.
#[derive(Debug)]
pub(super) struct Group {
    leader: Option<Pid>,
}

impl Group {
    /// The group that a check leads: it was started as its leader.
    pub(super) fn led_by(leader: &Child) -> Self {
        let number = i32::try_from(leader.id()).ok();
        Self {
            leader: number.and_then(Pid::from_raw),
        }
    }
}

impl ProcessTree for Group {
    fn resident(&self) -> u64 {
        0
    }

    fn runnable_time(&self) -> Option<Duration> {
        None
    }

    fn running_count(&self) -> u64 {
        let members = |leader| test_kill_process_group(leader).is_ok();
        u64::from(self.leader.is_some_and(members))
    }

    fn kill_all(&self, leader: &mut Child) -> io::Result<()> {
        if let Some(group) = self.leader {
            // An empty group is an error here, and just what we want.
            let _ = kill_process_group(group, Signal::KILL);
        }
        leader.wait()?;
        Ok(())
    }
}
