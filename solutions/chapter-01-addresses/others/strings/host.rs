//! The host in `host:port`: an address or a name.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::AddressError;

/// Where a connection goes to, without the port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Host {
    /// An address that needs no resolver.
    Address(IpAddr),
    /// A name, in lower case.
    Name(String),
}

impl Host {
    pub(crate) fn ipv6(text: &str) -> Result<Self, AddressError> {
        let address: Option<Ipv6Addr> = text.parse().ok();
        address
            .map(|address| Self::Address(IpAddr::V6(address)))
            .ok_or_else(|| AddressError::Host(text.to_owned()))
    }

    pub(crate) fn local(self) -> Result<IpAddr, AddressError> {
        match self {
            Self::Address(address) => Ok(address),
            Self::Name(name) if name == "localhost" => {
                Ok(IpAddr::V4(Ipv4Addr::LOCALHOST))
            }
            Self::Name(name) => Err(AddressError::Host(name)),
        }
    }
}

impl FromStr for Host {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Ok(address) = Ipv4Addr::from_str(text) {
            return Ok(Self::Address(IpAddr::V4(address)));
        }
        let lower = text.to_lowercase();
        let mut only_digits = true;
        let mut length = 0;
        let mut before = '.';
        let wrong = lower.len() > 253
            || !lower.is_ascii()
            || lower.chars().chain(['.']).any(|c| {
                let broken = match c {
                    '.' => length == 0 || length > 63 || before == '-',
                    '-' => before == '.',
                    'a'..='z' | '0'..='9' => false,
                    _ => true,
                };
                if before == '.' {
                    only_digits = true;
                }
                if c == '.' {
                    length = 0;
                } else {
                    length += 1;
                    only_digits &= c.is_ascii_digit();
                }
                before = c;
                broken
            });
        if wrong || only_digits {
            return Err(AddressError::Host(text.to_owned()));
        }
        Ok(Self::Name(lower))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(IpAddr::V6(address)) => {
                write!(f, "[{address}]")
            }
            Self::Address(address) => address.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}
