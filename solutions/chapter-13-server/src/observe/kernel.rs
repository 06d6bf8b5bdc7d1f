//! The memory of the process, and the memory that the kernel uses for
//! it. Only Linux provides these numbers.
//!
//! We provide this file: it reads files in `/proc`.

use std::fs;

/// Returns how many bytes of memory the process uses.
pub(crate) fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib = line.trim().strip_suffix(" kB")?;
    Some(kib.trim().parse::<u64>().ok()? * 1024)
}

/// Returns how many bytes are in the kernel's send queues of all
/// connections to this machine's `port`. They were written by the
/// server and haven't been acknowledged by the client. Connections that
/// the server has closed count, too, as long as the kernel tries to
/// deliver their bytes.
pub(crate) fn send_queues(port: u16) -> Option<u64> {
    let files = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];
    let texts = files.iter().flat_map(fs::read_to_string);
    let sums = texts.map(|text| queued(&text, port));
    sums.reduce(|sum, more| sum + more)
}

/// Returns how many bytes of memory TCP uses on the whole machine, in
/// both directions and including the kernel's own overhead.
pub(crate) fn tcp_memory() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/net/sockstat").ok()?;
    let line =
        text.lines().find_map(|line| line.strip_prefix("TCP:"))?;
    let mut words = line.split_whitespace();
    words.find(|word| *word == "mem")?;
    Some(words.next()?.parse::<u64>().ok()? * PAGE)
}

/// The unit in which `sockstat` counts. Almost every Linux has pages of
/// this size.
const PAGE: u64 = 4096;

/// Adds up the send queues in lines such as `  0: 0100007F:0BB8
/// 0100007F:D2A4 01 00000000:00000000 …`. The columns are the local
/// address, the remote address, the state, and the bytes that wait, as
/// `SEND:RECEIVE`. In state 0A, listening, the last column counts
/// something else.
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
