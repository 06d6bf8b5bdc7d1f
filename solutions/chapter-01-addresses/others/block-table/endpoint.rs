//! An endpoint: a host and a port.

use std::fmt;
use std::net::SocketAddr;

use crate::read::decimal;
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
    /// section 3.2.2), for its own colons would hide the port;
    /// without brackets it is refused.
    pub fn parse(
        text: &str,
        default_port: u16,
    ) -> Result<Self, AddressError> {
        let (host, rest) = match text.strip_prefix('[') {
            Some(inside) => {
                let (host, rest) = inside
                    .split_once(']')
                    .ok_or_else(|| AddressError::Host(text.to_owned()))?;
                (Host::ipv6(host)?, rest)
            }
            None => {
                // Of many colons the last: an IPv6 address is no host then.
                let end = text.rfind(':').unwrap_or(text.len());
                let (host, rest) = text.split_at(end);
                (host.parse()?, rest)
            }
        };
        let port = match rest.strip_prefix(':') {
            Some(port) => port_from(port)?,
            None if rest.is_empty() => default_port,
            None => return Err(AddressError::Host(text.to_owned())),
        };
        Ok(Self { host, port })
    }

    /// Reads the address that a server listens on. Without a
    /// host it is 127.0.0.1: whoever wants to be seen from other
    /// machines says so. `localhost` is 127.0.0.1 too; another
    /// name is refused. Port 0 stays 0: the system chooses one.
    pub fn listening(
        text: &str,
        default_port: u16,
    ) -> Result<SocketAddr, AddressError> {
        let hostless = text.is_empty() || text.starts_with(':');
        let host = if hostless { "localhost" } else { "" };
        let Self { host, port } = Self::parse(&format!("{host}{text}"), default_port)?;
        Ok((host.local()?, port).into())
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
    match decimal(text).map(u16::try_from) {
        Some(Ok(port)) => Ok(port),
        _ => Err(AddressError::Port(text.to_owned())),
    }
}
