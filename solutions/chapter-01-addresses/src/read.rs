//! The parts of an address, read strictly.
//!
//! We provide this file: strict parsers are short, and the places
//! where they differ from `str::parse` are easy to overlook.

use std::net::IpAddr;

use crate::AddressError;

/// Reads decimal digits. Unlike `str::parse`, it accepts no plus
/// sign. Returns `None` for a number above `u32::MAX`.
pub(crate) fn decimal(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// Reads an address. The standard library's parser is strict: it
/// rejects `127.1` and `010.0.0.1`, which C libraries accept. An
/// IPv4-mapped IPv6 address becomes its IPv4 address.
///
/// # Errors
///
/// `Address`, with the whole text, if it isn't an address.
pub(crate) fn address(text: &str) -> Result<IpAddr, AddressError> {
    let address: Result<IpAddr, _> = text.parse();
    match address {
        Ok(address) => Ok(address.to_canonical()),
        Err(_) => Err(AddressError::Address(text.to_owned())),
    }
}

/// Reads the length of a prefix, at most `width` bits. `None` means
/// that all bits belong to the prefix.
///
/// # Errors
///
/// `Prefix`, with the whole text, if it isn't such a number.
pub(crate) fn prefix(
    text: Option<&str>,
    width: u8,
) -> Result<u8, AddressError> {
    let Some(text) = text else {
        return Ok(width);
    };
    decimal(text)
        .and_then(|bits| u8::try_from(bits).ok())
        .filter(|bits| *bits <= width)
        .ok_or_else(|| AddressError::Prefix(text.to_owned()))
}
