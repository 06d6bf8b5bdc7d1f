//! A hash of a text, which is stored in files: 64-bit FNV-1a, the same on every
//! operating system and in every release of Rust. The standard library doesn't
//! guarantee that for any of its hashes.

use std::fmt;

/// Hashes several texts, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    /// Adds a text and a mark for its end, so that two texts have a different hash from
    /// one text with the same bytes.
    pub fn add(&mut self, text: &[u8]) {
        self.bytes(text);
        self.bytes(&(text.len() as u64).to_le_bytes());
    }

    /// Adds a mark for a text that doesn't exist.
    pub fn add_nothing(&mut self) {
        self.bytes(&u64::MAX.to_le_bytes());
    }

    /// Returns the hash.
    pub fn number(self) -> u64 {
        self.0
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Returns the hash of one text, without a mark for its end.
pub fn of(text: &str) -> Hash {
    let mut hash = Hash::default();
    hash.bytes(text.as_bytes());
    hash
}

/// Returns the hash as sixteen digits.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_fnv_1a() {
        // From the table of tests by the hash's authors.
        for (text, hash) in [
            ("", "cbf29ce484222325"),
            ("a", "af63dc4c8601ec8c"),
            ("foobar", "85944171f73967e8"),
        ] {
            assert_eq!(of(text).to_string(), hash, "{text}");
        }
    }

    #[test]
    fn where_a_text_ends_counts() {
        let all = |texts: &[&str]| {
            let mut hash = Hash::default();
            texts.iter().for_each(|text| hash.add(text.as_bytes()));
            hash
        };
        assert_ne!(all(&["ab", "c"]), all(&["a", "bc"]));
        let mut nothing = Hash::default();
        nothing.add_nothing();
        assert_ne!(nothing, all(&[""]));
    }
}
