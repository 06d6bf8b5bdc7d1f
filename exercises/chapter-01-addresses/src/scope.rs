//! The scope of an address: how far it reaches.

use std::fmt;
use std::net::IpAddr;

/// How far an address reaches.
///
/// The blocks are those of IANA's two registries of special-purpose
/// addresses as they stood in October 2025 (RFC 6890, RFC 8190). Every
/// address has exactly one scope, and the blocks named below are the
/// whole list.
///
/// An address is `Public` if the registries call it globally reachable
/// or don't list it. In three places this list is stricter than the
/// registries, because a server that fetches URLs for strangers loses
/// nothing by refusing these addresses:
///
/// - `192.0.0.0/24` and `2001::/23` are `Reserved` as a whole. The
///   registries call a few blocks inside them globally reachable:
///   192.0.0.9, 192.0.0.10, `2001:1::1` to `2001:1::3`, `2001:3::/32`,
///   `2001:4:112::/48`, `2001:20::/28`, and `2001:30::/28`. Those
///   blocks are for services of the network itself, or for identifiers
///   that aren't routed. Nobody serves files from them.
/// - `64:ff9b::/96` (NAT64) is `Reserved`, because a gateway turns
///   `64:ff9b::a00:1` into 10.0.0.1, so the address could lead into a
///   private network. 6to4 (`2002::/16`) and Teredo (`2001::/32`)
///   contain an IPv4 address, too, and the registry doesn't say whether
///   these two are globally reachable.
/// - Everything else outside `2000::/3` (first groups 2000 to 3fff) is
///   `Reserved`, listed or not, because no network has been given
///   addresses there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// No particular address, and never a destination: `0.0.0.0`,
    /// `::`.
    Unspecified,
    /// This machine: `127.0.0.0/8`, `::1` (RFC 1122, 4291).
    Loopback,
    /// Inside an organization (RFC 1918): `10.0.0.0/8`,
    /// `172.16.0.0/12`, `192.168.0.0/16`.
    Private,
    /// Inside a provider's network (RFC 6598): `100.64.0.0/10`.
    Shared,
    /// On this link only (RFC 3927, 4291): `169.254.0.0/16`,
    /// `fe80::/10`. A cloud's metadata service is at
    /// 169.254.169.254.
    LinkLocal,
    /// Inside an organization, IPv6 (RFC 4193): `fc00::/7`.
    UniqueLocal,
    /// A group of hosts: `224.0.0.0/4`, `ff00::/8`.
    Multicast,
    /// Every host on this link: `255.255.255.255`.
    Broadcast,
    /// For examples in books (RFC 5737, 3849, 9637):
    /// `192.0.2.0/24`, `198.51.100.0/24`, `203.0.113.0/24`,
    /// `2001:db8::/32`, `3fff::/20`.
    Documentation,
    /// Not for ordinary hosts. In IPv4: the rest of
    /// `0.0.0.0/8`, all of `192.0.0.0/24` and
    /// `192.88.99.0/24`, `198.18.0.0/15`, and the rest of
    /// `240.0.0.0/4`. In IPv6: all of `2001::/23`, `2002::/16`,
    /// and everything outside `2000::/3` that no other scope
    /// names, such as `::8.8.8.8`, which is not IPv4-mapped.
    Reserved,
    /// Every other address: the public internet. Blocks that
    /// the registries call globally reachable are public here
    /// too, such as `192.31.196.0/24` and `2620:4f:8000::/48`.
    Public,
}

impl Scope {
    /// Returns the scope of `address`. An IPv4-mapped IPv6
    /// address has the scope of its IPv4 address.
    pub fn of(address: IpAddr) -> Self {
        todo!("chapter 1: find the scope of {address}")
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "unspecified",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::Shared => "shared",
            Self::LinkLocal => "link-local",
            Self::UniqueLocal => "unique local",
            Self::Multicast => "multicast",
            Self::Broadcast => "broadcast",
            Self::Documentation => "documentation",
            Self::Reserved => "reserved",
            Self::Public => "public",
        })
    }
}
