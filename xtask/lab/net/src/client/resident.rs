//! Resident memory of a process over time, for plots and for slopes. Grading with
//! narrow limits uses [`lab::memory`] instead: resident memory is noisy.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use lab::process;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// One look at a process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Seconds since the sampler started. Samples are late on a busy machine, so
    /// this is the time that it was, not the time that was planned.
    pub seconds: f64,
    /// Resident bytes. On Windows the working set.
    pub bytes: u64,
    /// Bytes that it has read from files since it began. `None` where the kernel
    /// does not tell.
    pub read: Option<u64>,
}

/// What a sampler saw.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// In order of time.
    pub samples: Vec<Sample>,
    /// The kernel's own high-water mark of the whole life of the process, in
    /// bytes. It sees a peak between two samples. `None` if the kernel doesn't report one.
    pub high_water: Option<u64>,
}

/// Why a process cannot be watched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system does not tell about processes.
    #[error("this system doesn't report the memory of a process: {0}")]
    Unsupported(String),
    /// There is no such process.
    #[error("there is no process {0}")]
    Gone(u32),
}

/// Samples a process on a thread of its own. Dropping it ends and joins the thread.
#[derive(Debug)]
pub struct Sampler {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<Series>>,
}

impl Series {
    /// The most resident bytes known: the high-water mark, else the largest sample.
    pub fn peak(&self) -> u64 {
        let sampled = self.samples.iter().map(|sample| sample.bytes).max();
        self.high_water.max(sampled).unwrap_or(0)
    }
}

impl Sampler {
    /// Samples the process now and at each `interval`, until it is stopped or the
    /// process is gone. One sample costs about 0.1 ms.
    pub fn start(pid: u32, interval: Duration) -> Result<Sampler, Error> {
        Self::telling(pid, interval, |_| {})
    }

    /// The same, and tells `heard` of each sample as it is taken.
    pub fn telling(
        pid: u32,
        interval: Duration,
        mut heard: impl FnMut(Sample) + Send + 'static,
    ) -> Result<Sampler, Error> {
        let watch = Watch::new(pid)?;
        watch.series.samples.iter().copied().for_each(&mut heard);
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || watch.run(interval, &stopped, heard));
        Ok(Sampler {
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Takes a last sample and ends.
    pub fn stop(mut self) -> Series {
        self.end()
    }

    fn end(&mut self) -> Series {
        // The thread wakes when its channel closes.
        drop(self.stop.take());
        let thread = self.thread.take();
        thread
            .and_then(|thread| thread.join().ok())
            .unwrap_or_default()
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.end();
    }
}

/// The sampling thread.
struct Watch {
    system: System,
    pid: u32,
    start: Instant,
    series: Series,
}

impl Watch {
    fn new(pid: u32) -> Result<Watch, Error> {
        let system =
            System::new().map_err(|error| Error::Unsupported(format!("{error:?}")))?;
        let mut watch = Watch {
            system,
            pid,
            start: Instant::now(),
            series: Series::default(),
        };
        if watch.look() {
            Ok(watch)
        } else {
            Err(Error::Gone(pid))
        }
    }

    fn run(
        mut self,
        interval: Duration,
        stopped: &mpsc::Receiver<()>,
        mut heard: impl FnMut(Sample),
    ) -> Series {
        loop {
            let goes_on =
                stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout);
            let there = self.look();
            if there {
                self.series.samples.last().copied().map(&mut heard);
            }
            if !there || !goes_on {
                return self.series;
            }
        }
    }

    /// Takes a sample. `false` when the process is gone.
    fn look(&mut self) -> bool {
        let pid = Pid::from_u32(self.pid);
        // All processes would cost 23 ms, the threads of this one more each.
        let what = ProcessRefreshKind::nothing().with_memory().without_tasks();
        let only = ProcessesToUpdate::Some(&[pid]);
        self.system.refresh_processes_specifics(only, true, what);
        let bytes = self.system.process(pid).map_or(0, sysinfo::Process::memory);
        let high_water = process::peak_resident(self.pid);
        self.series.high_water = self.series.high_water.max(high_water);
        // A process that ended but was not waited for is there, without memory.
        if bytes == 0 {
            return false;
        }
        let seconds = self.start.elapsed().as_secs_f64();
        let read = process::read_bytes(self.pid);
        let sample = Sample {
            seconds,
            bytes,
            read,
        };
        self.series.samples.push(sample);
        true
    }
}
