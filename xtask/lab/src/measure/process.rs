//! What the kernel reports about the memory of a process, and about what it has read.

use std::fs;
use std::time::Duration;

/// The environment variable that makes Linux work without `/proc`, so that the code for
/// other systems is tested there, too. Set it to `1`.
pub const PORTABLE: &str = "WORKBOOK_PORTABLE";

/// Returns whether `/proc` can be used.
pub fn has_proc() -> bool {
    cfg!(target_os = "linux") && std::env::var_os(PORTABLE).is_none_or(|v| v != "1")
}

/// Returns the resident bytes of a process now. Returns `None` if the kernel doesn't
/// report them, or if the process is gone.
pub fn resident(pid: u32) -> Option<u64> {
    field(pid, "VmRSS:")
}

/// Returns the most bytes that were ever resident. This is the kernel's own peak, which
/// includes peaks between two samples. `None` as for [`resident`].
pub fn peak_resident(pid: u32) -> Option<u64> {
    field(pid, "VmHWM:")
}

/// Returns how many bytes a process has read so far, including those from the page
/// cache. `None` as for [`resident`]. Bytes received from a socket with `recv` don't
/// count.
pub fn read_bytes(pid: u32) -> Option<u64> {
    line(pid, "io", "rchar:")?.parse().ok()
}

/// Returns the processor time of a process so far, in user and system mode. `None` as
/// for [`resident`].
pub fn processor_time(pid: u32) -> Option<Duration> {
    /// Here, Linux counts in hundredths of a second, whatever its own tick is.
    const TICK: u64 = 10;
    if !has_proc() {
        return None;
    }
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before the parenthesis may contain anything.
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some(Duration::from_millis((ticks()? + ticks()?) * TICK))
}

/// Returns the children of a process. `None` if the kernel doesn't report them.
pub fn children(pid: u32) -> Vec<u32> {
    if !has_proc() {
        return Vec::new();
    }
    let text = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let text = text.unwrap_or_default();
    text.split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect()
}

/// Returns how many bytes were written to the connections of a port and not
/// acknowledged by a client. The kernel holds them, so resident memory doesn't include
/// them. `None` if the kernel doesn't report them.
pub fn send_queues(port: u16) -> Option<u64> {
    if !has_proc() {
        return None;
    }
    let text = fs::read_to_string("/proc/net/tcp").ok()?;
    let lines = text.lines().skip(1);
    Some(lines.filter_map(|line| send_queue(line, port)).sum())
}

/// Returns the send queue of one connection, if it belongs to this port.
fn send_queue(line: &str, port: u16) -> Option<u64> {
    let mut fields = line.split_whitespace().skip(1);
    let (_, local) = fields.next()?.split_once(':')?;
    let state = fields.nth(1)?;
    let (queue, _) = fields.next()?.split_once(':')?;
    let number = |text| u64::from_str_radix(text, 16).ok();
    // State 0A is the listener, whose column means something else.
    (number(local)? == u64::from(port) && state != "0A")
        .then(|| number(queue))
        .flatten()
}

fn field(pid: u32, name: &str) -> Option<u64> {
    // "kB" means KiB in this file.
    let kib = line(pid, "status", name)?;
    let kib: u64 = kib.strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// Returns the value after `name` in one of the kernel's files about a process.
fn line(pid: u32, file: &str, name: &str) -> Option<String> {
    if !has_proc() {
        return None;
    }
    let text = fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().to_owned())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::Instant;

    use super::*;

    #[test]
    fn the_high_water_mark_stays_after_memory_is_freed() {
        if !has_proc() {
            return;
        }
        let pid = std::process::id();
        let block = std::hint::black_box(vec![1_u8; 32 << 20]);
        let full = resident(pid).expect("own status");
        drop(block);
        let peak = peak_resident(pid).expect("own status");
        assert!(full >= 32 << 20, "{full}");
        assert!(peak >= 32 << 20, "{peak}");
    }

    #[test]
    fn what_a_process_reads_is_counted() {
        let pid = std::process::id();
        let Some(before) = read_bytes(pid) else {
            return;
        };
        let length = fs::read("/proc/self/exe").expect("this program").len();
        let after = read_bytes(pid).expect("own counters");
        assert!(after - before >= length as u64, "{before}, {after}");
    }

    #[test]
    fn work_takes_processor_time() {
        let pid = std::process::id();
        let Some(before) = processor_time(pid) else {
            return;
        };
        let start = Instant::now();
        // However busy the machine is, this many rounds take longer than a tick.
        while processor_time(pid) <= Some(before + Duration::from_millis(20)) {
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "no time was counted"
            );
            std::hint::black_box(
                vec![1_u8; 1 << 16]
                    .iter()
                    .map(|b| u64::from(*b))
                    .sum::<u64>(),
            );
        }
    }

    #[test]
    fn children_are_known_while_they_run() {
        if !has_proc() {
            return;
        }
        let mut command = Command::new("sh");
        command.args(["-c", "cat | cat"]).stdin(Stdio::piped());
        let mut shell = command.stdout(Stdio::null()).spawn().expect("a shell");
        let start = Instant::now();
        while children(shell.id()).len() < 2 {
            assert!(start.elapsed() < Duration::from_secs(60), "no children");
        }
        drop(shell.stdin.take());
        shell.wait().expect("it ends with its input");
        assert_eq!(children(shell.id()), []);
    }

    #[test]
    fn a_process_that_is_gone_has_no_memory() {
        assert_eq!(resident(u32::MAX), None);
        assert_eq!(read_bytes(u32::MAX), None);
    }

    #[test]
    fn the_send_queue_of_a_connection_counts_and_the_listeners_does_not() {
        let lines = [
            "0: 0100007F:1F90 00000000:0000 0A 00000000:00000005 00:00000000 0 0 0",
            "1: 0100007F:1F90 0100007F:D2F0 01 00010000:00000000 01:00000014 0 0 0",
            "2: 0100007F:D2F0 0100007F:1F90 01 00000400:00000000 00:00000000 0 0 0",
        ];
        let queues = lines.map(|line| send_queue(line, 0x1f90));
        assert_eq!(queues, [None, Some(0x10000), None]);
    }
}
