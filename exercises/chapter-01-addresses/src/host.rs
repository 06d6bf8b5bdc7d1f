//! The host in `host:port`: an address or a name.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::AddressError;

/// Whom to connect to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Host {
    /// An address that needs no resolver.
    Address(IpAddr),
    /// A name, in lower case.
    Name(String),
}

impl Host {
    /// Reads an IPv6 address as it stands between brackets.
    pub(crate) fn ipv6(text: &str) -> Result<Self, AddressError> {
        match text.parse::<Ipv6Addr>() {
            Ok(address) => Ok(Self::Address(address.into())),
            Err(_) => Err(AddressError::Host(text.to_owned())),
        }
    }

    /// The address of this machine that a server may listen on:
    /// an address as it is, 127.0.0.1 for `localhost`, and no
    /// other name.
    pub(crate) fn local(self) -> Result<IpAddr, AddressError> {
        match self {
            Self::Address(address) => Ok(address),
            Self::Name(name) if name == "localhost" => {
                Ok(Ipv4Addr::LOCALHOST.into())
            }
            Self::Name(name) => Err(AddressError::Host(name)),
        }
    }
}

impl FromStr for Host {
    type Err = AddressError;

    /// Reads an IPv4 address or a name (RFC 1123, section 2.1).
    /// An IPv6 address is not read here: it stands in brackets.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Ok(Self::Address(address.into()));
        }
        let refused = || AddressError::Host(text.to_owned());
        if text.is_empty() || text.len() > 253 {
            return Err(refused());
        }
        if !text.split('.').all(is_label) {
            return Err(refused());
        }
        // `127.1` and `010.0.0.1` are addresses to some programs
        // and names to others. A name never ends in a number.
        let last = text.rsplit('.').next().unwrap_or(text);
        if last.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        Ok(Self::Name(text.to_ascii_lowercase()))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(IpAddr::V6(address)) => {
                write!(f, "[{address}]")
            }
            Self::Address(address) => write!(f, "{address}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

fn is_label(label: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(known)
        && !label.starts_with('-')
        && !label.ends_with('-')
}
