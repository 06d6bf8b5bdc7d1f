//! Subnets: blocks of addresses that share their first bits.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::AddressError;

/// A block of addresses in CIDR notation, such as `10.0.0.0/8`
/// (RFC 4632): the prefix says how many leading bits they share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subnet {
    /// The first address: every bit after the prefix is 0.
    network: IpAddr,
    /// 0 to 32 for IPv4, 0 to 128 for IPv6.
    prefix: u8,
}

impl Subnet {
    /// Returns the first address of the block.
    pub fn network(&self) -> IpAddr {
        self.network
    }

    /// Returns the number of leading bits that the addresses
    /// share.
    pub fn prefix(&self) -> u8 {
        self.prefix
    }

    /// Returns whether `address` is in the block.
    ///
    /// An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`, RFC 4291,
    /// section 2.5.5.2) is treated as the IPv4 address in it. An
    /// address of the other family is never in the block.
    pub fn contains(&self, address: IpAddr) -> bool {
        todo!("chapter 1: is {address} in {self}?")
    }

    /// Returns how many addresses of the block can be given to hosts.
    ///
    /// In IPv4, the first and the last address of a block aren't for
    /// hosts, except in /31 (RFC 3021) and /32. In IPv6, every address
    /// counts. `::/0` has one address more than a `u128` can count, so
    /// it returns `u128::MAX`.
    pub fn hosts(&self) -> u128 {
        todo!("chapter 1: count the hosts of {self}")
    }
}

impl FromStr for Subnet {
    type Err = AddressError;

    /// Reads `address/prefix`, or an address alone, which is a block of
    /// one address.
    ///
    /// Spaces are rejected. The bits after the prefix may be anything:
    /// `192.168.1.5/24` is `192.168.1.0/24`. Here, too, an IPv4-mapped
    /// address is treated as the IPv4 address in it, so its prefix is 0
    /// to 32.
    ///
    /// # Errors
    ///
    /// `Address` or `Prefix`, depending on which side of the slash is
    /// wrong. If there are several slashes, as in `10.0.0.0/8/8`,
    /// either error is right.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        todo!("chapter 1: read {text:?} as a subnet")
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix)
    }
}

/// Returns how many bits the address has.
fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// Returns `address` with every bit after the prefix set to 0. The
/// caller makes sure that `prefix` is at most 32 for IPv4, or 128 for
/// IPv6.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    todo!("chapter 1: keep {prefix} bits of {address}")
}
