//! The grammar of `Host`.
//!
//! We provide this file: it only follows RFC 3986.

use std::net::Ipv6Addr;

/// Returns whether RFC 9110 (section 7.2) allows `value` in a `Host`: a
/// name or an address, and perhaps a port. If a server accepts more
/// than the proxy in front of it, the two may disagree about where a
/// request goes.
///
/// The grammar is that of RFC 3986, section 3.2.2: `a,b` is odd but
/// valid, and `a:b:c` and `[::1` are invalid. An empty value is valid
/// for a target without a host.
pub(crate) fn is_host(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else {
        return false;
    };
    if let Some(rest) = text.strip_prefix('[') {
        let Some((address, rest)) = rest.split_once(']') else {
            return false;
        };
        let port = rest.strip_prefix(':');
        return address.parse::<Ipv6Addr>().is_ok()
            && (rest.is_empty() || port.is_some_and(is_port));
    }
    match text.split_once(':') {
        Some((name, port)) => is_name(name) && is_port(port),
        None => is_name(text),
    }
}

/// Returns whether `text` consists of digits. It may be empty, which
/// means the default port.
fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
        && (text.is_empty() || text.parse::<u16>().is_ok())
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        let good = match byte {
            b'%' => {
                let mut digit = || {
                    bytes
                        .next()
                        .is_some_and(|it| it.is_ascii_hexdigit())
                };
                digit() && digit()
            }
            _ => {
                byte.is_ascii_alphanumeric()
                    || b"-._~!$&'()*+,;=".contains(&byte)
            }
        };
        if !good {
            return false;
        }
    }
    true
}
