//! An endpoint: a host and a port.

use std::fmt;
use std::net::SocketAddr;

use crate::{AddressError, Host};

/// Where a connection goes to: `example.org:80`, `[::1]:80`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// An address or a name.
    pub host: Host,
    /// 0 to 65535.
    pub port: u16,
}

impl Endpoint {
    /// Reads `host` or `host:port`; after a colon there must be a
    /// port. An IPv6 address stands in brackets (RFC 3986,
    /// section 3.2.2), for its own colons would hide the port.
    ///
    /// # Errors
    ///
    /// `Port` if what follows the colon is not a port, as in
    /// `[::1]:`. Everything else is `Host`: an IPv6 address
    /// without brackets, `[::1]80`, which has no colon after the
    /// bracket, or `4002`, which is a port without a host. If
    /// there are several colons outside brackets, as in `a:80:90`
    /// or `::1`, either error is right.
    pub fn parse(
        text: &str,
        default_port: u16,
    ) -> Result<Self, AddressError> {
        //? todo!("chapter 1: read {text:?}, or port {default_port}")
        // ANCHOR: cut-parse
        // An IPv6 address with a port, then one without, then all else.
        if let Ok(v6) = text.parse::<std::net::SocketAddrV6>()
            && v6.scope_id() == 0
            && !text.contains('%')
        {
            let host = Host::Address((*v6.ip()).into());
            return Ok(Self { host, port: v6.port() });
        }
        if text.starts_with('[') {
            let end = text
                .find(']')
                .ok_or_else(|| AddressError::Host(text.to_owned()))?;
            let host = Host::ipv6(&text[1..end])?;
            return match text[end + 1..].split_once(':') {
                None if text.ends_with(']') && end + 1 == text.len() => {
                    Ok(Self { host, port: default_port })
                }
                Some(("", port)) => {
                    Ok(Self { host, port: port_from(port)? })
                }
                _ => Err(AddressError::Host(text.to_owned())),
            };
        }
        let mut parts = text.splitn(2, ':');
        let host = parts.next().unwrap_or_default().parse()?;
        let port = parts.next().map(port_from).transpose()?;
        Ok(Self { host, port: port.unwrap_or(default_port) })
        // ANCHOR_END: cut-parse
    }

    /// Reads the address that a server listens on. Without a
    /// host it is 127.0.0.1: a server that should be seen from
    /// other machines has to say so. So `:80` is `127.0.0.1:80`,
    /// and the empty text is 127.0.0.1 with the default port.
    /// `localhost` is 127.0.0.1 too. Port 0 stays 0: the system
    /// chooses one.
    ///
    /// # Errors
    ///
    /// Those of `parse`, and `Host` for every other name: for
    /// `a.localhost` and `*` too.
    pub fn listening(
        text: &str,
        default_port: u16,
    ) -> Result<SocketAddr, AddressError> {
        //? todo!("chapter 1: where is {text:?}, {default_port}?")
        // ANCHOR: cut-listening
        let rest = text.strip_prefix("localhost").unwrap_or(text);
        if rest.is_empty() {
            return Ok(SocketAddr::from(([127, 0, 0, 1], default_port)));
        }
        if let Some(port) = rest.strip_prefix(':') {
            let port = port_from(port)?;
            return Ok(SocketAddr::from(([127, 0, 0, 1], port)));
        }
        let Self { host, port } = Self::parse(text, default_port)?;
        Ok((host.local()?, port).into())
        // ANCHOR_END: cut-listening
    }
}

impl fmt::Display for Endpoint {
    /// Writes `host:port`, with brackets around IPv6.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Reads a port.
fn port_from(text: &str) -> Result<u16, AddressError> {
    //? todo!("chapter 1: read {text:?} as a port")
    // ANCHOR: cut-port_from
    if text.starts_with('+') {
        return Err(AddressError::Port(text.to_owned()));
    }
    text.parse::<u16>()
        .map_err(|_| AddressError::Port(text.to_owned()))
    // ANCHOR_END: cut-port_from
}
