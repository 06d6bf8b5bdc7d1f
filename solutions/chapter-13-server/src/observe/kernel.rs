//! Memory: what the process holds, and what the kernel holds for
//! it. Linux tells; elsewhere there are no numbers.
//!
//! Given: files below /proc.

use std::fs;

/// Bytes of memory that the process has in use.
pub(crate) fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib = line.trim().strip_suffix(" kB")?;
    Some(kib.trim().parse::<u64>().ok()? * 1024)
}

/// Bytes in the kernel's send queues of all connections to `port`
/// of this machine: written by the server, and not yet
/// acknowledged by the client. Connections that the server has
/// closed count too, as long as the kernel tries to deliver.
pub(crate) fn send_queues(port: u16) -> Option<u64> {
    let files = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];
    let texts = files.iter().flat_map(fs::read_to_string);
    let sums = texts.map(|text| queued(&text, port));
    sums.reduce(|sum, more| sum + more)
}

/// Bytes of memory that TCP uses on the whole machine, in both
/// directions and with the kernel's own costs.
pub(crate) fn tcp_memory() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/net/sockstat").ok()?;
    let line =
        text.lines().find_map(|line| line.strip_prefix("TCP:"))?;
    let mut words = line.split_whitespace();
    words.find(|word| *word == "mem")?;
    Some(words.next()?.parse::<u64>().ok()? * PAGE)
}

/// What `sockstat` counts in: almost every Linux has such pages.
const PAGE: u64 = 4096;

/// `  0: 0100007F:0BB8 0100007F:D2A4 01 00000000:00000000 …`: the
/// own end, the other one, the state, and what waits, as
/// `SEND:RECEIVE`. In the state 0A, listening, it is something
/// else that waits.
fn queued(text: &str, port: u16) -> u64 {
    let bytes = |line: &str| {
        let mut words = line.split_whitespace().skip(1);
        let own = words.next()?.rsplit_once(':')?.1;
        let own = u16::from_str_radix(own, 16).ok()?;
        let state = words.nth(1)?;
        let (waiting, _) = words.next()?.split_once(':')?;
        let waiting = u64::from_str_radix(waiting, 16).ok()?;
        (own == port && state != "0A").then_some(waiting)
    };
    text.lines().skip(1).filter_map(bytes).sum()
}
