//! Measures what the kernel holds for the clients of a server, over time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lab::process;
use tokio::task::JoinHandle;

use crate::curve::mebibytes;

/// How often to measure. The kernel lists all of its connections each time.
const INTERVAL: Duration = Duration::from_millis(50);

/// Measures the connections of a port until it's dropped.
#[derive(Debug)]
pub(crate) struct SendQueueSampler {
    points: Arc<Mutex<Vec<(f64, f64)>>>,
    task: JoinHandle<()>,
}

impl SendQueueSampler {
    /// Starts now. Seconds are counted from here.
    pub(crate) fn start(port: u16) -> SendQueueSampler {
        let points = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&points);
        let start = Instant::now();
        let task = tokio::spawn(async move {
            while let Some(bytes) = process::send_queues(port) {
                let point = (start.elapsed().as_secs_f64(), mebibytes(bytes));
                seen.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(point);
                tokio::time::sleep(INTERVAL).await;
            }
        });
        SendQueueSampler { points, task }
    }

    /// Seconds and MiB, so far.
    pub(crate) fn points(&self) -> Vec<(f64, f64)> {
        let points = self.points.lock();
        points.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for SendQueueSampler {
    fn drop(&mut self) {
        self.task.abort();
    }
}
