//! Linux: the supervisor adopts every orphan of the check, and `/proc` shows what each
//! process uses.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions};

use super::ProcessTree;

/// A process that survives SIGKILL this long is waiting for the kernel, not for us.
const LONGEST_END: Duration = Duration::from_secs(5);
/// `/proc` counts processor time in ticks of 10 ms on every Linux system.
const TICKS_PER_SECOND: u64 = 100;

/// All descendants of this process.
#[derive(Debug)]
pub(super) struct Descendants;

impl Descendants {
    /// Makes this process the one that adopts the orphans among its descendants.
    pub(super) fn adopt() -> io::Result<Self> {
        rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
        Ok(Self)
    }
}

impl ProcessTree for Descendants {
    fn resident(&self) -> u64 {
        let pages: u64 = members().into_iter().filter_map(resident).sum();
        pages << 10
    }

    fn runnable_time(&self) -> Option<Duration> {
        let members = members();
        let ticks: u64 = members.iter().copied().filter_map(ticks).sum();
        let ran = Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND);
        Some(ran + members.into_iter().map(waited).sum::<Duration>())
    }

    fn running_count(&self) -> u64 {
        reap();
        members().into_iter().filter(|pid| !is_zombie(*pid)).count() as u64
    }

    fn kill_all(&self, leader: &mut Child) -> io::Result<()> {
        // The leader's exit status belongs to `Child`, so take it before reaping.
        if leader.try_wait()?.is_none() {
            leader.kill()?;
            leader.wait()?;
        }
        let started = Instant::now();
        loop {
            reap();
            let members = members();
            if members.is_empty() {
                return Ok(());
            }
            if started.elapsed() > LONGEST_END {
                return Err(io::Error::other(
                    "a process of the check survived SIGKILL",
                ));
            }
            for pid in members {
                // If it has exited since we looked, this does nothing.
                let _ = rustix::process::kill_process(pid, Signal::KILL);
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

fn reap() {
    while let Ok(Some(_)) = rustix::process::wait(WaitOptions::NOHANG) {}
}

/// Finds every descendant of this process anew.
fn members() -> HashSet<Pid> {
    let mut found = HashSet::new();
    let mut open = children(rustix::process::getpid());
    while let Some(pid) = open.pop() {
        if found.insert(pid) {
            open.extend(children(pid));
        }
    }
    found
}

fn children(parent: Pid) -> Vec<Pid> {
    let parent = parent.as_raw_nonzero();
    let Ok(threads) = fs::read_dir(format!("/proc/{parent}/task")) else {
        return Vec::new();
    };
    threads
        .flatten()
        .filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok())
        .flat_map(|list| {
            let pids = list.split_whitespace().filter_map(|pid| pid.parse().ok());
            pids.filter_map(Pid::from_raw).collect::<Vec<_>>()
        })
        .collect()
}

/// Returns the resident memory in KiB.
fn resident(pid: Pid) -> Option<u64> {
    let status =
        fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn ticks(pid: Pid) -> Option<u64> {
    let user: u64 = stat_field(pid, 11)?.parse().ok()?;
    let system: u64 = stat_field(pid, 12)?.parse().ok()?;
    Some(user + system)
}

/// Returns how long the threads of a process were ready to run while no processor was
/// free.
fn waited(pid: Pid) -> Duration {
    let Ok(threads) = fs::read_dir(format!("/proc/{}/task", pid.as_raw_nonzero()))
    else {
        return Duration::ZERO;
    };
    threads
        .flatten()
        .filter_map(|thread| fs::read_to_string(thread.path().join("schedstat")).ok())
        .filter_map(|schedstat| schedstat.split_whitespace().nth(1)?.parse().ok())
        .map(Duration::from_nanos)
        .sum()
}

fn is_zombie(pid: Pid) -> bool {
    stat_field(pid, 0).is_none_or(|state| state == "Z")
}

/// Returns a field of `/proc/PID/stat`, counted from the state, which follows the
/// program's name in parentheses.
fn stat_field(pid: Pid, index: usize) -> Option<String> {
    let stat =
        fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(index).map(str::to_owned)
}
