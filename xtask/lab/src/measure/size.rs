//! Numbers of bytes, written for people.

use std::fmt;

/// 1024 bytes.
pub const KIB: u64 = 1024;
/// 1024 × 1024 bytes.
pub const MIB: u64 = 1024 * KIB;
/// 1024 × 1024 × 1024 bytes.
pub const GIB: u64 = 1024 * MIB;

/// A number of bytes that prints as `1.5 MiB (1572864 bytes)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0;
        let (unit, name) = match bytes {
            0..KIB => return write!(f, "{bytes} bytes"),
            KIB..MIB => (KIB, "KiB"),
            MIB..GIB => (MIB, "MiB"),
            _ => (GIB, "GiB"),
        };
        if bytes.is_multiple_of(unit) {
            write!(f, "{} {name}", bytes / unit)
        } else {
            write!(
                f,
                "{:.1} {name} ({bytes} bytes)",
                bytes as f64 / unit as f64
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_names_its_unit_and_keeps_the_exact_number() {
        assert_eq!(Size(1023).to_string(), "1023 bytes");
        assert_eq!(Size(64 * KIB).to_string(), "64 KiB");
        assert_eq!(Size(3 * MIB / 2 + 1).to_string(), "1.5 MiB (1572865 bytes)");
        assert_eq!(Size(5 * GIB).to_string(), "5 GiB");
    }
}
