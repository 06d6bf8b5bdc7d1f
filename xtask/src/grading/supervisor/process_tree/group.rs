//! Unix without a subreaper, where there is only the process group. A process that
//! leaves the group escapes, and resident memory isn't measured, but the limit of the
//! allocator in the check still applies.

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
    /// Returns the group whose leader is the check.
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
            // An empty group is an error here, but it's exactly what we want.
            let _ = kill_process_group(group, Signal::KILL);
        }
        leader.wait()?;
        Ok(())
    }
}
