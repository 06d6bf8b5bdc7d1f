//! Watches one check: its limits, its end, and the processes that it leaves behind.

use std::fs;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::captured::Captured;
use super::process_tree::{self, Open, ProcessTree, ReportPipe};
use super::{CheckProcess, Ended, Outcome};
use crate::grading::scratch;

/// How often the limits are checked.
const TICK: Duration = Duration::from_millis(5);
/// Processes that are already exiting get this long before they count as left behind.
const GRACE: Duration = Duration::from_millis(300);
/// How long pipes are read if the check had to be killed, or left processes behind that
/// may hold the pipes open.
const DRAIN: Duration = Duration::from_millis(500);
/// How long pipes are read after a check that exited by itself and left nothing behind.
/// The pipes are closed then, so they end, but on a busy machine reading takes a while,
/// and the last lines decide the verdict.
const DRAIN_TO_END: Duration = Duration::from_secs(30);
/// How much of each output stream is kept.
const KEPT: usize = 64 << 10;
/// The maximum length of a report. A longer one comes from learner code that writes to
/// our pipe.
const REPORT: usize = 4 << 20;

/// Runs the check, and enforces its limits.
pub(super) fn supervise(check: &CheckProcess) -> io::Result<Outcome> {
    let runner_left = watch_lifeline();
    fs::create_dir_all(&check.scratch)?;
    let kept = start(check)
        .and_then(|(tree, running)| running.watch(check, tree.as_ref(), &runner_left));
    // All processes of the check have exited, so its temporary files can be removed.
    let removed = scratch::remove(&check.scratch);
    let outcome = kept?;
    removed?;
    Ok(outcome)
}

/// Returns a flag that becomes true when the runner is gone, because its end of our
/// standard input has closed.
fn watch_lifeline() -> Arc<AtomicBool> {
    let left = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&left);
    thread::spawn(move || {
        let mut rest = [0; 64];
        while matches!(io::stdin().lock().read(&mut rest), Ok(1..)) {}
        flag.store(true, Ordering::Relaxed);
    });
    left
}

struct Running {
    child: Child,
    started: Instant,
    stdout: Captured,
    stderr: Captured,
    report: Captured,
    /// Kept until no process of the check can write to the report anymore.
    open: Option<Open>,
}

fn start(check: &CheckProcess) -> io::Result<(Box<dyn ProcessTree>, Running)> {
    let (pipe, reader) = ReportPipe::open(&check.scratch)?;
    let mut command = Command::new(&check.program);
    command
        .args(&check.arguments)
        .current_dir(&check.folder)
        .envs(check.environment.iter().map(|(key, value)| (key, value)))
        .env("WORKBOOK_REPORT", pipe.path())
        .env("WORKBOOK_MEMORY", check.memory.to_string())
        .env("TMPDIR", &check.scratch)
        .env("TMP", &check.scratch)
        .env("TEMP", &check.scratch)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    process_tree::in_new_group(&mut command);
    let (tree, mut child) = process_tree::spawn_tracked(|| {
        process_tree::set_limits()?;
        command.spawn()
    })?;
    let open = Some(pipe.handed_over());
    let stdout = child.stdout.take().expect("standard output is piped above");
    let stderr = child.stderr.take().expect("standard error is piped above");
    let running = Running {
        child,
        started: Instant::now(),
        stdout: Captured::start(stdout, KEPT),
        stderr: Captured::start(stderr, KEPT),
        report: Captured::start(reader, REPORT),
        open,
    };
    Ok((tree, running))
}

impl Running {
    fn watch(
        mut self,
        check: &CheckProcess,
        tree: &dyn ProcessTree,
        runner_left: &AtomicBool,
    ) -> io::Result<Outcome> {
        let mut peak = 0;
        let ended = loop {
            let looked = Instant::now();
            let resident = tree.resident();
            peak = peak.max(resident);
            if let Some(status) = self.child.try_wait()? {
                break ended(status);
            }
            if let Some(limit) = self.passed(check, resident, runner_left) {
                break limit;
            }
            // Looking at a check with many threads takes long, so the watching never
            // uses more than a fifth of a core.
            thread::sleep(TICK.max(4 * looked.elapsed()));
        };
        let busy = tree
            .runnable_time()
            .map(|spent| spent > self.started.elapsed() / 10);
        let by_itself = matches!(ended, Ended::Code(_) | Ended::Signal(_));
        let left_behind = self.clear(tree, by_itself)?;
        Ok(Outcome {
            ended,
            busy,
            peak,
            left_behind,
            stdout: self.stdout.text(),
            stderr: self.stderr.text(),
            report: self.report.text(),
        })
    }

    /// Returns the limit that the check has exceeded, if any.
    fn passed(
        &self,
        check: &CheckProcess,
        resident: u64,
        runner_left: &AtomicBool,
    ) -> Option<Ended> {
        let printed = self.stdout.count() + self.stderr.count() + self.report.count();
        if resident > check.memory {
            Some(Ended::Memory)
        } else if printed > check.output {
            Some(Ended::Output)
        } else if self.started.elapsed() > check.deadline
            || runner_left.load(Ordering::Relaxed)
        {
            Some(Ended::Deadline)
        } else {
            None
        }
    }

    /// Kills the processes that still run, and returns how many were left behind.
    fn clear(&mut self, tree: &dyn ProcessTree, by_itself: bool) -> io::Result<u64> {
        let mut left_behind = 0;
        if by_itself {
            let patience = Instant::now();
            loop {
                left_behind = tree.running_count();
                if left_behind == 0 || patience.elapsed() > GRACE {
                    break;
                }
                thread::sleep(TICK);
            }
        }
        tree.kill_all(&mut self.child)?;
        self.open = None;
        let patience = if by_itself && left_behind == 0 {
            DRAIN_TO_END
        } else {
            DRAIN
        };
        let drained = Instant::now();
        let pipes = [&self.stdout, &self.stderr, &self.report];
        while !pipes.iter().all(|pipe| pipe.is_over()) && drained.elapsed() < patience {
            thread::sleep(Duration::from_millis(1));
        }
        Ok(left_behind)
    }
}

fn ended(status: ExitStatus) -> Ended {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Ended::Signal(signal);
    }
    let code = status.code().unwrap_or(-1);
    match signal_of(code).filter(|_| cfg!(windows)) {
        Some(signal) => Ended::Signal(signal),
        None => Ended::Code(code),
    }
}

/// Returns the signal that an exit code of Windows corresponds to, because Windows has
/// no signals.
fn signal_of(code: i32) -> Option<i32> {
    const ABORT: i32 = 6;
    const SEGMENT: i32 = 11;
    match code.cast_unsigned() {
        // A fail-fast exception, which `abort` causes, or a breakpoint, which older
        // versions of it caused.
        0xc000_0409 | 0x8000_0003 => Some(ABORT),
        // An access violation, and a stack overflow.
        0xc000_0005 | 0xc000_00fd => Some(SEGMENT),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_die_on_windows_are_told_apart() {
        assert_eq!(signal_of(0xc000_0409_u32.cast_signed()), Some(6));
        assert_eq!(signal_of(0xc000_00fd_u32.cast_signed()), Some(11));
        assert_eq!([0, 1, 101, -1].map(signal_of), [None; 4]);
    }
}
