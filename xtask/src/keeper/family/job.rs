//! Windows: a job object that ends everything in it when the keeper ends.
//! Not run on any machine yet.

use std::io;
use std::process::Child;
use std::time::Duration;

use win32job::{ExtendedLimitInfo, Job};

/// The job object that this process, and so the check, belongs to.
#[derive(Debug)]
pub(in super::super) struct Family {
    job: Job,
}

impl Family {
    /// Puts this process into a new job; its children are born into it.
    pub(in super::super) fn adopt() -> io::Result<Self> {
        let mut info = ExtendedLimitInfo::new();
        info.limit_kill_on_job_close();
        let job = Job::create_with_limit_info(&info).map_err(io::Error::other)?;
        job.assign_current_process().map_err(io::Error::other)?;
        Ok(Self { job })
    }

    /// The allocator's ceiling in the check is the only limit here.
    pub(in super::super) fn limit(&self) -> io::Result<()> {
        Ok(())
    }

    /// Resident memory is not watched here.
    pub(in super::super) fn resident(&self, _leader: u32) -> u64 {
        0
    }

    /// Processor time is not known here.
    pub(in super::super) fn processor_time(&self) -> Duration {
        Duration::ZERO
    }

    /// How many processes besides this one are in the job.
    pub(in super::super) fn alive(&self) -> u64 {
        let all = self.job.query_process_id_list().unwrap_or_default();
        all.len().saturating_sub(1) as u64
    }

    /// Ends the check; what it started ends with the job, when this process does.
    pub(in super::super) fn end(&self, leader: &mut Child) -> io::Result<()> {
        if leader.try_wait()?.is_none() {
            leader.kill()?;
        }
        leader.wait()?;
        Ok(())
    }
}
