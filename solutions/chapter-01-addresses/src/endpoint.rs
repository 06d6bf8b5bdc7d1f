//! Endpoints: a host and a port.

use std::fmt;
use std::net::SocketAddr;

use crate::{AddressError, Host};

/// The host and the port that a connection goes to, such as
/// `example.org:80` or `[::1]:80`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// An address or a name.
    pub host: Host,
    /// 0 to 65535.
    pub port: u16,
}

impl Endpoint {
    /// Reads `host` or `host:port`. Without a colon, the port is
    /// `default_port`; after a colon there must be a port.
    ///
    /// An IPv6 address is written in brackets (RFC 3986, section
    /// 3.2.2), because its own colons would hide the port.
    ///
    /// # Errors
    ///
    /// `Port` if the text after the colon isn't a port, as in `[::1]:`.
    /// Every other error is `Host`: for an IPv6 address without
    /// brackets, for `[::1]80`, which has no colon after the bracket,
    /// and for `4002`, which is a port without a host. If there are
    /// several colons outside brackets, as in `a:80:90` or `::1`,
    /// either error is right.
    pub fn parse(
        text: &str,
        default_port: u16,
    ) -> Result<Self, AddressError> {
        //? todo!("chapter 1: read {text:?}, or port {default_port}")
        // ANCHOR: cut-parse
        let refused = || AddressError::Host(text.to_owned());
        let (host, rest) = match text.strip_prefix('[') {
            Some(inner) => {
                let (v6, rest) =
                    inner.split_once(']').ok_or_else(refused)?;
                (Host::ipv6(v6)?, rest)
            }
            None => {
                let end = text.find(':').unwrap_or(text.len());
                (text[..end].parse()?, &text[end..])
            }
        };
        let port = match rest.strip_prefix(':') {
            Some(port) => port_from(port)?,
            None if rest.is_empty() => default_port,
            None => return Err(refused()),
        };
        Ok(Self { host, port })
        // ANCHOR_END: cut-parse
    }

    /// Reads the address that a server listens on.
    ///
    /// Without a host, the address is 127.0.0.1, because a server
    /// shouldn't be visible to other machines unless somebody asked for
    /// that. So `:80` means `127.0.0.1:80`, and the empty text means
    /// 127.0.0.1 with the default port. `localhost` means 127.0.0.1,
    /// too. Port 0 stays 0, and the operating system chooses one.
    ///
    /// # Errors
    ///
    /// The errors of `parse`, and `Host` for every name other than
    /// `localhost`, including `a.localhost` and `*`.
    pub fn listening(
        text: &str,
        default_port: u16,
    ) -> Result<SocketAddr, AddressError> {
        //? todo!("chapter 1: where is {text:?}, {default_port}?")
        // ANCHOR: cut-listening
        let text = match text.strip_prefix(':') {
            Some(_) => format!("127.0.0.1{text}"),
            None if text.is_empty() => "127.0.0.1".to_owned(),
            None => text.to_owned(),
        };
        let Self { host, port } = Self::parse(&text, default_port)?;
        Ok(SocketAddr::new(host.local()?, port))
        // ANCHOR_END: cut-listening
    }
}

impl fmt::Display for Endpoint {
    /// Writes `host:port`, with brackets around IPv6.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Reads a port: decimal digits, 0 to 65535.
///
/// # Errors
///
/// `Port`, with the whole text, if the text is anything else.
fn port_from(text: &str) -> Result<u16, AddressError> {
    //? todo!("chapter 1: read {text:?} as a port")
    // ANCHOR: cut-port_from
    crate::read::decimal(text)
        .and_then(|port| u16::try_from(port).ok())
        .ok_or_else(|| AddressError::Port(text.to_owned()))
    // ANCHOR_END: cut-port_from
}
