//! What the system knows of a process.

use std::fs;

use anyhow::Result;
use lab::server::Server;

/// How many descriptors it has open. `None` where there is no `/proc`.
pub fn descriptors(server: &Server) -> Option<usize> {
    entries(server, "fd")
}

/// How many threads it has. `None` where there is no `/proc`.
pub fn threads(server: &Server) -> Option<usize> {
    entries(server, "task")
}

fn entries(server: &Server, folder: &str) -> Option<usize> {
    let folder = format!("/proc/{}/{folder}", server.pid());
    fs::read_dir(folder).ok().map(Iterator::count)
}

/// Asks it to end, as a service manager does.
#[cfg(unix)]
pub fn terminate(server: &Server) -> Result<()> {
    signal(server, rustix::process::Signal::TERM)
}

/// Asks it to end, as Ctrl-C does.
#[cfg(unix)]
pub fn interrupt(server: &Server) -> Result<()> {
    signal(server, rustix::process::Signal::INT)
}

/// Asks it to end, as a terminal does that is closed.
#[cfg(unix)]
pub fn hang_up(server: &Server) -> Result<()> {
    signal(server, rustix::process::Signal::HUP)
}

#[cfg(unix)]
fn signal(server: &Server, signal: rustix::process::Signal) -> Result<()> {
    let pid = rustix::process::Pid::from_raw(server.pid().try_into()?);
    let pid = pid.ok_or_else(|| anyhow::anyhow!("process 0 is nobody"))?;
    Ok(rustix::process::kill_process(pid, signal)?)
}
