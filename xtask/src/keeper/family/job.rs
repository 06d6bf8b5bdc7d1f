//! Windows: a job object that ends everything in it when the keeper ends.
//! Not run on any machine yet.

use std::io;
use std::process::Child;
use std::time::Duration;

use win32job::{ExtendedLimitInfo, Job};

use super::Family;

/// The job object that this process, and so the check, belongs to.
pub(super) struct JobObject(Job);

impl JobObject {
    /// Puts this process into a new job; its children are born into it.
    pub(super) fn enter() -> io::Result<Self> {
        let mut info = ExtendedLimitInfo::new();
        info.limit_kill_on_job_close();
        let job = Job::create_with_limit_info(&info).map_err(io::Error::other)?;
        job.assign_current_process().map_err(io::Error::other)?;
        Ok(Self(job))
    }
}

impl Family for JobObject {
    fn resident(&self) -> u64 {
        0
    }

    fn processor_time(&self) -> Option<Duration> {
        None
    }

    fn alive(&self) -> u64 {
        let all = self.0.query_process_id_list().unwrap_or_default();
        // This process is in the job as well.
        all.len().saturating_sub(1) as u64
    }

    /// What the check started ends with the job, when this process does.
    fn end(&self, leader: &mut Child) -> io::Result<()> {
        if leader.try_wait()?.is_none() {
            leader.kill()?;
        }
        leader.wait()?;
        Ok(())
    }
}
