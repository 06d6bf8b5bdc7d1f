//! A process that is killed together with everything it has started.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Runs a command, and returns whether it succeeded within `patience`.
pub fn passes(command: &mut Command, patience: Duration) -> Result<bool> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut child = command.spawn()?;
    let started = Instant::now();
    let status = loop {
        match child.try_wait()? {
            None if started.elapsed() < patience => {
                thread::sleep(Duration::from_millis(5));
            }
            status => break status,
        }
    };
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw)
    {
        // No process of it may remain, and usually none does.
        let _ =
            rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    if status.is_none() {
        let _ = child.kill();
        child.wait()?;
    }
    Ok(status.is_some_and(|status| status.success()))
}
