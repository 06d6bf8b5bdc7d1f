//! The host in `host:port`: an address or a name.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::AddressError;

/// The host that a connection goes to, without the port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Host {
    /// An address that needs no resolver.
    Address(IpAddr),
    /// A name, in lower case.
    Name(String),
}

impl Host {
    /// Reads an IPv6 address, without the brackets around it.
    ///
    /// # Errors
    ///
    /// `Host`, with the whole text, for anything else. That includes an
    /// IPv4 address, which isn't written in brackets.
    pub(crate) fn ipv6(text: &str) -> Result<Self, AddressError> {
        //? todo!("chapter 1: read {text:?} as IPv6")
        // ANCHOR: cut-ipv6
        match text.parse::<Ipv6Addr>() {
            Ok(address) => Ok(Self::Address(address.into())),
            Err(_) => Err(AddressError::Host(text.to_owned())),
        }
        // ANCHOR_END: cut-ipv6
    }

    /// Returns the address that a server with this host listens on. An
    /// address stays as it is, and `localhost` becomes 127.0.0.1.
    ///
    /// # Errors
    ///
    /// `Host` with the name, for any other name, because it may belong
    /// to another machine, and a server can't listen there.
    pub(crate) fn local(self) -> Result<IpAddr, AddressError> {
        //? todo!("chapter 1: which address is {self:?}?")
        // ANCHOR: cut-local
        match self {
            Self::Address(address) => Ok(address),
            Self::Name(name) if name == "localhost" => {
                Ok(Ipv4Addr::LOCALHOST.into())
            }
            Self::Name(name) => Err(AddressError::Host(name)),
        }
        // ANCHOR_END: cut-local
    }
}

impl FromStr for Host {
    type Err = AddressError;

    /// Reads an IPv4 address, or a name (RFC 1123, section 2.1), which
    /// is kept in lower case. An IPv6 address isn't read here, because
    /// it is written in brackets.
    ///
    /// A name has at most 253 bytes. It consists of labels with single
    /// dots between them ([`is_label`]), and its last label contains
    /// something other than digits: some programs take `127.1` and
    /// `010.0.0.1` for addresses and others for names, so both are
    /// rejected here.
    ///
    /// # Errors
    ///
    /// `Host`, with the whole text, if it's neither.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        //? todo!("chapter 1: read {text:?} as a host")
        // ANCHOR: cut-from_str
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
        let last = text.rsplit('.').next().unwrap_or(text);
        if last.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        Ok(Self::Name(text.to_ascii_lowercase()))
        // ANCHOR_END: cut-from_str
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

/// Returns whether `text` is a label of a name: 1 to 63 ASCII letters,
/// digits, and hyphens, without a hyphen at either end.
fn is_label(label: &str) -> bool {
    //? todo!("chapter 1: is {label:?} a label?")
    // ANCHOR: cut-is_label
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(known)
        && !label.starts_with('-')
        && !label.ends_with('-')
    // ANCHOR_END: cut-is_label
}
