//! Scope: how far an address reaches.

use std::fmt;
use std::net::IpAddr;

/// How far an address reaches, from the registries of special
/// addresses (RFC 6890). Every address has exactly one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// "This host", never a destination: `0.0.0.0`, `::`.
    Unspecified,
    /// This machine: `127.0.0.0/8`, `::1` (RFC 1122, 4291).
    Loopback,
    /// Inside an organisation (RFC 1918): `10.0.0.0/8`,
    /// `172.16.0.0/12`, `192.168.0.0/16`.
    Private,
    /// Inside a provider's network (RFC 6598): `100.64.0.0/10`.
    Shared,
    /// On this link only (RFC 3927, 4291): `169.254.0.0/16`,
    /// `fe80::/10`. Cloud metadata answers at 169.254.169.254.
    LinkLocal,
    /// Inside an organisation, IPv6 (RFC 4193): `fc00::/7`.
    UniqueLocal,
    /// A group: `224.0.0.0/4`, `ff00::/8`.
    Multicast,
    /// Everybody on this link: `255.255.255.255`.
    Broadcast,
    /// For books (RFC 5737, 3849): `192.0.2.0/24`,
    /// `198.51.100.0/24`, `203.0.113.0/24`, `2001:db8::/32`.
    Documentation,
    /// Not for ordinary hosts: the rest of `0.0.0.0/8`,
    /// `192.0.0.0/24`, `198.18.0.0/15`, the rest of
    /// `240.0.0.0/4`; in IPv6 `2002::/16` and everything
    /// outside `2000::/3` that no other scope names, such as
    /// `::8.8.8.8`, which is not IPv4-mapped.
    Reserved,
    /// All others: the public internet. Blocks of other lists
    /// that are not in this one are public here.
    Public,
}

impl Scope {
    /// The scope of `address`. An IPv4-mapped IPv6 address has
    /// the scope of its IPv4 address.
    pub fn of(address: IpAddr) -> Self {
        //? todo!("chapter 1: find the scope of {address}")
        // ANCHOR: cut-of
        match address.to_canonical() {
            IpAddr::V4(v4) => match v4.octets() {
                [0, 0, 0, 0] => Self::Unspecified,
                [127, ..] => Self::Loopback,
                [10, ..] | [192, 168, ..] => Self::Private,
                [172, 16..=31, ..] => Self::Private,
                [100, 64..=127, ..] => Self::Shared,
                [169, 254, ..] => Self::LinkLocal,
                [224..=239, ..] => Self::Multicast,
                [255, 255, 255, 255] => Self::Broadcast,
                [192, 0, 2, _] => Self::Documentation,
                [198, 51, 100, _] => Self::Documentation,
                [203, 0, 113, _] => Self::Documentation,
                [0, ..] | [192, 0, 0, _] => Self::Reserved,
                [198, 18..=19, ..] => Self::Reserved,
                [240..=255, ..] => Self::Reserved,
                _ => Self::Public,
            },
            IpAddr::V6(v6) => match v6.segments() {
                [0, 0, 0, 0, 0, 0, 0, 0] => Self::Unspecified,
                [0, 0, 0, 0, 0, 0, 0, 1] => Self::Loopback,
                [0xfe80..=0xfebf, ..] => Self::LinkLocal,
                [0xfc00..=0xfdff, ..] => Self::UniqueLocal,
                [0xff00..=0xffff, ..] => Self::Multicast,
                [0x2001, 0xdb8, ..] => Self::Documentation,
                [0x2002, ..] => Self::Reserved,
                [0x2000..=0x3fff, ..] => Self::Public,
                _ => Self::Reserved,
            },
        }
        // ANCHOR_END: cut-of
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
