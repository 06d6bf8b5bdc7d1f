//! What can be wrong with an address that somebody typed.
//!
//! We provide this file: a chapter without dependencies writes its
//! errors by hand, and all of them look alike.

use std::error::Error;
use std::fmt;

/// Why a string isn't an address. Each variant holds the text that was
/// rejected: all of it, or only the part that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressError {
    /// Not an IPv4 or IPv6 address.
    Address(String),
    /// Not a prefix length: 0 to 32 for IPv4, 0 to 128 for IPv6.
    Prefix(String),
    /// Not a port: 0 to 65535.
    Port(String),
    /// Neither an address nor the name of a host.
    Host(String),
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, wanted) = match self {
            Self::Address(text) => {
                (text, "an address such as 192.0.2.1 or 2001:db8::1")
            }
            Self::Prefix(text) => {
                (text, "a prefix length, 0 to 32 or 0 to 128")
            }
            Self::Port(text) => (text, "a port, 0 to 65535"),
            Self::Host(text) => (
                text,
                "a host: a name, an IPv4 address, or an IPv6 \
                 address in brackets",
            ),
        };
        write!(f, "`{text}` is not {wanted}")
    }
}

impl Error for AddressError {}
