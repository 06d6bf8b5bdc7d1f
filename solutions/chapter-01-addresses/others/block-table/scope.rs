//! Scope: how far an address reaches.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far an address reaches, from IANA's two registries of
/// special-purpose addresses as they stood in October 2025 (RFC
/// 6890, RFC 8190). Every address has exactly one scope, and the
/// blocks named below are the whole list.
///
/// An address is `Public` if the registries call it globally
/// reachable or don't list it. In three places this list is
/// stricter, because a server that fetches for strangers loses
/// nothing by refusing:
///
/// - `192.0.0.0/24` and `2001::/23` are `Reserved` as a whole.
///   The registries call a few blocks inside them globally
///   reachable: 192.0.0.9, 192.0.0.10, `2001:1::1` to
///   `2001:1::3`, `2001:3::/32`, `2001:4:112::/48`,
///   `2001:20::/28`, and `2001:30::/28`. They are services of
///   the network itself, or identifiers that nobody routes to,
///   and nobody serves files there.
/// - `64:ff9b::/96` (NAT64) is `Reserved`, since a gateway
///   turns `64:ff9b::a00:1` into 10.0.0.1: the address could
///   lead inside. 6to4 (`2002::/16`) and Teredo (`2001::/32`)
///   hold an IPv4 address too; for these two the registry says
///   neither yes nor no.
/// - Everything else outside `2000::/3` is `Reserved`, listed
///   or not, because no network has been given addresses there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// "This host", never a destination: `0.0.0.0`, `::`.
    Unspecified,
    /// This machine: `127.0.0.0/8`, `::1` (RFC 1122, 4291).
    Loopback,
    /// Inside an organization (RFC 1918): `10.0.0.0/8`,
    /// `172.16.0.0/12`, `192.168.0.0/16`.
    Private,
    /// Inside a provider's network (RFC 6598): `100.64.0.0/10`.
    Shared,
    /// On this link only (RFC 3927, 4291): `169.254.0.0/16`,
    /// `fe80::/10`. Cloud metadata answers at 169.254.169.254.
    LinkLocal,
    /// Inside an organization, IPv6 (RFC 4193): `fc00::/7`.
    UniqueLocal,
    /// A group: `224.0.0.0/4`, `ff00::/8`.
    Multicast,
    /// Everybody on this link: `255.255.255.255`.
    Broadcast,
    /// For books (RFC 5737, 3849, 9637): `192.0.2.0/24`,
    /// `198.51.100.0/24`, `203.0.113.0/24`, `2001:db8::/32`,
    /// `3fff::/20`.
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

/// A block of addresses: its first one, how many leading bits
/// count, and its scope.
type Block<T> = (T, u32, Scope);

/// The IPv4 blocks; where two overlap, the smaller is first.
const V4: [Block<Ipv4Addr>; 18] = [
    (Ipv4Addr::new(0, 0, 0, 0), 32, Scope::Unspecified),
    (Ipv4Addr::new(0, 0, 0, 0), 8, Scope::Reserved),
    (Ipv4Addr::new(10, 0, 0, 0), 8, Scope::Private),
    (Ipv4Addr::new(100, 64, 0, 0), 10, Scope::Shared),
    (Ipv4Addr::new(127, 0, 0, 0), 8, Scope::Loopback),
    (Ipv4Addr::new(169, 254, 0, 0), 16, Scope::LinkLocal),
    (Ipv4Addr::new(172, 16, 0, 0), 12, Scope::Private),
    (Ipv4Addr::new(192, 0, 0, 0), 24, Scope::Reserved),
    (Ipv4Addr::new(192, 0, 2, 0), 24, Scope::Documentation),
    (Ipv4Addr::new(192, 88, 99, 0), 24, Scope::Reserved),
    (Ipv4Addr::new(192, 168, 0, 0), 16, Scope::Private),
    (Ipv4Addr::new(198, 18, 0, 0), 15, Scope::Reserved),
    (Ipv4Addr::new(198, 51, 100, 0), 24, Scope::Documentation),
    (Ipv4Addr::new(203, 0, 113, 0), 24, Scope::Documentation),
    (Ipv4Addr::new(224, 0, 0, 0), 4, Scope::Multicast),
    (Ipv4Addr::new(255, 255, 255, 255), 32, Scope::Broadcast),
    (Ipv4Addr::new(240, 0, 0, 0), 4, Scope::Reserved),
    (Ipv4Addr::new(0, 0, 0, 0), 0, Scope::Public),
];

/// The IPv6 blocks, in the same order.
const V6: [Block<Ipv6Addr>; 11] = [
    (Ipv6Addr::UNSPECIFIED, 128, Scope::Unspecified),
    (Ipv6Addr::LOCALHOST, 128, Scope::Loopback),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, Scope::LinkLocal),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, Scope::UniqueLocal),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, Scope::Multicast),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, Scope::Documentation),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, Scope::Documentation),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, Scope::Reserved),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, Scope::Reserved),
    (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3, Scope::Public),
    (Ipv6Addr::UNSPECIFIED, 0, Scope::Reserved),
];

impl Scope {
    /// The scope of `address`. An IPv4-mapped IPv6 address has
    /// the scope of its IPv4 address.
    pub fn of(address: IpAddr) -> Self {
        let found = match address.to_canonical() {
            IpAddr::V4(address) => V4.iter().find_map(|(first, bits, scope)| {
                // How many leading bits the two share.
                let same = (address.to_bits() ^ first.to_bits()).leading_zeros();
                (same >= *bits).then_some(*scope)
            }),
            IpAddr::V6(address) => V6.iter().find_map(|(first, bits, scope)| {
                let same = (address.to_bits() ^ first.to_bits()).leading_zeros();
                (same >= *bits).then_some(*scope)
            }),
        };
        // The last block of each table holds every address.
        found.unwrap_or(Self::Reserved)
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
