//! Finds the address in a server's output.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Returns the first `IP:port` in a line, which may be part of a URL. The port must not
/// be 0. An unspecified address becomes loopback.
pub fn find(line: &str) -> Option<SocketAddr> {
    line.split(|c: char| !(c.is_ascii_hexdigit() || ".:[]".contains(c)))
        .find_map(|word| parse(word.trim_matches([':', '.'])))
        .map(reachable)
}

fn parse(word: &str) -> Option<SocketAddr> {
    // "[127.0.0.1:80]" is an address in brackets, "[::1]:80" one with brackets.
    let bare = word.trim_start_matches('[').trim_end_matches(']');
    let address: SocketAddr = word.parse().or_else(|_| bare.parse()).ok()?;
    (address.port() != 0).then_some(address)
}

fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_the_lines_that_servers_print() {
        for (line, address) in [
            ("listening on 127.0.0.1:8080", "127.0.0.1:8080"),
            ("http://127.0.0.1:3000/download is ready", "127.0.0.1:3000"),
            ("Listening on http://[::1]:3000.", "[::1]:3000"),
            ("server up (0.0.0.0:80)", "127.0.0.1:80"),
            ("bound to [::]:443, TLS", "[::1]:443"),
            ("address:10.0.0.1:5, backlog:128", "10.0.0.1:5"),
            ("\u{1b}[32m127.0.0.1:81\u{1b}[0m", "127.0.0.1:81"),
            ("12:30:01 INFO [127.0.0.1:82]", "127.0.0.1:82"),
        ] {
            assert_eq!(find(line), Some(address.parse().unwrap()), "{line}");
        }
    }

    #[test]
    fn what_is_no_address_with_a_port_is_not_found() {
        for line in [
            "listening on port 8080",
            "localhost:8080",
            "127.0.0.1",
            "127.0.0.1:0",
            "version 1.2.3.4 at 12:30:01",
            "127.0.0.1:99999",
            "",
        ] {
            assert_eq!(find(line), None, "{line}");
        }
    }
}
