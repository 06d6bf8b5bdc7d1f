//! The allow list: which addresses may enter.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::{AddressError, Subnet};

/// The subnets whose addresses may enter. An empty list admits
/// nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllowList {
    subnets: Vec<Subnet>,
}

impl AllowList {
    /// Returns whether a caller with this address may enter. Pass the
    /// address that the socket reports, never one that a header claims.
    pub fn admits(&self, address: IpAddr) -> bool {
        //? todo!("chapter 1: may {address} enter?")
        // ANCHOR: cut-admits
        let mut subnets = self.subnets.iter();
        subnets.any(|subnet| subnet.contains(address))
        // ANCHOR_END: cut-admits
    }
}

impl FromStr for AllowList {
    type Err = AddressError;

    /// Reads subnets that are separated by commas or white space.
    ///
    /// White space is blanks, tabs, carriage returns, and line feeds.
    /// (Whether other white space separates subnets, too, is up to
    /// you.) Empty entries are skipped, so an empty text is an empty
    /// list. The list can be of any length and keeps the order of the
    /// text. There is no syntax for quotes or comments.
    ///
    /// # Errors
    ///
    /// One bad entry rejects the whole list, with that entry's error.
    /// If bad entries were skipped, the list would be shorter than its
    /// owner believes, and people would be locked out.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        //? todo!("chapter 1: read the subnets in {text:?}")
        // ANCHOR: cut-from_str
        let subnets = text
            .split([',', ' ', '\t', '\r', '\n'])
            .filter(|entry| !entry.is_empty())
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        Ok(Self { subnets })
        // ANCHOR_END: cut-from_str
    }
}

impl fmt::Display for AllowList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.subnets.is_empty() {
            return f.write_str("nobody");
        }
        for (index, subnet) in self.subnets.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{subnet}")?;
        }
        Ok(())
    }
}
