//! A subnet: a block of addresses that share their first bits.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::AddressError;

/// A block of addresses in CIDR notation, such as `10.0.0.0/8`
/// (RFC 4632): the prefix says how many leading bits they share.
// ANCHOR: subnet
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subnet {
    /// The first address: every bit after the prefix is 0.
    network: IpAddr,
    /// 0 to 32 for IPv4, 0 to 128 for IPv6.
    prefix: u8,
}
// ANCHOR_END: subnet

impl Subnet {
    /// The first address of the block.
    pub fn network(&self) -> IpAddr {
        self.network
    }

    /// How many leading bits the addresses share.
    pub fn prefix(&self) -> u8 {
        self.prefix
    }

    /// Is `address` in the block? An IPv4-mapped IPv6 address
    /// (`::ffff:10.0.0.1`, RFC 4291, section 2.5.5.2) is judged
    /// as the IPv4 address that it stands for. An address of the
    /// other family is outside.
    pub fn contains(&self, address: IpAddr) -> bool {
        //? todo!("chapter 1: is {address} in {self}?")
        // ANCHOR: cut-contains
        match (self.network, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differ = network.to_bits() ^ address.to_bits();
                differ.leading_zeros() >= u32::from(self.prefix)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differ = network.to_bits() ^ address.to_bits();
                differ.leading_zeros() >= u32::from(self.prefix)
            }
            _ => false,
        }
        // ANCHOR_END: cut-contains
    }

    /// How many addresses of the block hosts can use. In IPv4
    /// the first and the last are not for hosts, except in /31
    /// (RFC 3021) and /32. In IPv6 all count; `::/0` holds one
    /// more than fits, and answers `u128::MAX`.
    pub fn hosts(&self) -> u128 {
        //? todo!("chapter 1: count the hosts of {self}")
        // ANCHOR: cut-hosts
        let mut count: u128 = 1;
        for _ in self.prefix..width(self.network) {
            count = count.saturating_mul(2);
        }
        if self.network.is_ipv4() && self.prefix < 31 {
            count -= 2;
        }
        count
        // ANCHOR_END: cut-hosts
    }
}

impl FromStr for Subnet {
    type Err = AddressError;

    /// Reads `address/prefix`, or an address alone, which is a
    /// block of one. No blanks. The bits after the prefix may be
    /// anything: `192.168.1.5/24` is `192.168.1.0/24`. An
    /// IPv4-mapped address stands for its IPv4 address here too,
    /// so its prefix is 0 to 32.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        //? todo!("chapter 1: read {text:?} as a subnet")
        // ANCHOR: cut-from_str
        match text.rsplit_once('/') {
            None => {
                let network = crate::read::address(text)?;
                Ok(Self { network, prefix: width(network) })
            }
            Some((address, prefix)) => {
                let address = crate::read::address(address)?;
                let prefix =
                    crate::read::prefix(Some(prefix), width(address))?;
                Ok(Self { network: masked(address, prefix), prefix })
            }
        }
        // ANCHOR_END: cut-from_str
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix)
    }
}

/// How many bits the address has.
fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// `address` with every bit after the prefix set to 0. The
/// prefix fits the address: at most 32 bits, or 128.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    //? todo!("chapter 1: keep {prefix} bits of {address}")
    // ANCHOR: cut-masked
    let keep = |group: usize, bits: u16| {
        let before = 16 * group;
        let kept = usize::from(prefix).saturating_sub(before).min(16);
        bits & !(0xFFFF_u32 >> kept) as u16
    };
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            let high = keep(0, u16::from_be_bytes([a, b])).to_be_bytes();
            let low = keep(1, u16::from_be_bytes([c, d])).to_be_bytes();
            IpAddr::from([high[0], high[1], low[0], low[1]])
        }
        IpAddr::V6(v6) => {
            let mut groups = v6.segments();
            for (index, group) in groups.iter_mut().enumerate() {
                *group = keep(index, *group);
            }
            IpAddr::from(groups)
        }
    }
    // ANCHOR_END: cut-masked
}
