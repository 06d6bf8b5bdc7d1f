//! The resident memory of a process over time, for plots and for slopes. Checks with
//! narrow limits use [`lab::memory`] instead, because resident memory is noisy.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use lab::process;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// One sample of a process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Seconds since the sampler started. This is when the sample was really taken,
    /// because samples are late on a busy machine.
    pub seconds: f64,
    /// Resident bytes; on Windows, the working set.
    pub bytes: u64,
    /// How many bytes it has read from files since it started. `None` if the kernel
    /// doesn't report that.
    pub read: Option<u64>,
}

/// The samples of a process.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// The samples in the order of time.
    pub samples: Vec<Sample>,
    /// The kernel's own peak for the whole life of the process, in bytes, which
    /// includes peaks between two samples. `None` if the kernel doesn't report one.
    pub high_water: Option<u64>,
}

/// Why a process can't be sampled.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system doesn't report the memory of processes.
    #[error("this system doesn't report the memory of a process: {0}")]
    Unsupported(String),
    /// The process doesn't exist.
    #[error("there is no process {0}")]
    Gone(u32),
}

/// Samples a process on a thread of its own. Dropping the sampler stops and joins that
/// thread.
#[derive(Debug)]
pub struct Sampler {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<Series>>,
}

impl Series {
    /// Returns the largest known number of resident bytes: the kernel's peak, or
    /// otherwise the largest sample.
    pub fn peak(&self) -> u64 {
        let sampled = self.samples.iter().map(|sample| sample.bytes).max();
        self.high_water.max(sampled).unwrap_or(0)
    }
}

impl Sampler {
    /// Samples the process now and after each `interval`, until the sampler is stopped
    /// or the process is gone. A sample takes about 0.1 ms.
    pub fn start(pid: u32, interval: Duration) -> Result<Sampler, Error> {
        Self::telling(pid, interval, |_| {})
    }

    /// Does the same, and calls `heard` with each sample.
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

    /// Takes a last sample, and stops.
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

    /// Takes a sample. Returns `false` if the process is gone.
    fn look(&mut self) -> bool {
        let pid = Pid::from_u32(self.pid);
        // Refreshing all processes would take 23 ms, and each thread of this one takes
        // additional time.
        let what = ProcessRefreshKind::nothing().with_memory().without_tasks();
        let only = ProcessesToUpdate::Some(&[pid]);
        self.system.refresh_processes_specifics(only, true, what);
        let bytes = self.system.process(pid).map_or(0, sysinfo::Process::memory);
        let high_water = process::peak_resident(self.pid);
        self.series.high_water = self.series.high_water.max(high_water);
        // A process that has exited but wasn't waited for still exists, without memory.
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
