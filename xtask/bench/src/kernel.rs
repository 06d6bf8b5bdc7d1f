//! What the kernel holds for a server's clients: resident memory does not show it.

use std::fs;

/// Bytes that were written to the connections of this port and that no client has
/// acknowledged. `None` where there is no `/proc`.
pub(crate) fn send_queues(port: u16) -> Option<u64> {
    let text = fs::read_to_string("/proc/net/tcp").ok()?;
    Some(
        text.lines()
            .skip(1)
            .filter_map(|line| queue(line, port))
            .sum(),
    )
}

/// The send queue of one connection, if it is this port's.
fn queue(line: &str, port: u16) -> Option<u64> {
    let mut fields = line.split_whitespace().skip(1);
    let (_, local) = fields.next()?.split_once(':')?;
    let state = fields.nth(1)?;
    let (unsent, _) = fields.next()?.split_once(':')?;
    let number = |text| u64::from_str_radix(text, 16).ok();
    // State 0A is the listener, whose column means something else.
    (number(local)? == u64::from(port) && state != "0A")
        .then(|| number(unsent))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: [&str; 3] = [
        "0: 0100007F:1F90 00000000:0000 0A 00000000:00000005 00:00000000 0 0 0",
        "1: 0100007F:1F90 0100007F:D2F0 01 00010000:00000000 01:00000014 0 0 0",
        "2: 0100007F:D2F0 0100007F:1F90 01 00000400:00000000 00:00000000 0 0 0",
    ];

    #[test]
    fn a_connection_of_the_port_counts_and_the_listener_does_not() {
        let queues = LINES.map(|line| queue(line, 0x1f90));
        assert_eq!(queues, [None, Some(0x10000), None]);
    }
}
