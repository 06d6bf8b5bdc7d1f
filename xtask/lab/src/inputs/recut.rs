//! Sources whose reads are split at random, to show that no check depends on where the
//! chunks are split.
//!
//! A check that reads through [`recut()`] is run again with other seeds in
//! [`VARIABLE`]. If it depends on the length of today's chunks, it fails.

use std::io::{self, Read};

use crate::random::Random;

/// The environment variable with the seed, which is a number. Without it, reads aren't
/// split.
pub const VARIABLE: &str = "WORKBOOK_CUTS";

/// Reads like `reader`. If there's a seed, each read returns a random part of what was
/// asked for, and at least one byte.
pub fn recut<R: Read>(reader: R) -> Recut<R> {
    let random = seed().map(Random::new);
    Recut { reader, random }
}

/// Returns the seed of this run, if there is one. A value that isn't a number ends the
/// check.
pub fn seed() -> Option<u64> {
    let text = std::env::var(VARIABLE).ok()?;
    let seed = text.parse();
    Some(seed.unwrap_or_else(|_| panic!("{VARIABLE} must be a number, not {text:?}")))
}

/// A reader whose reads are shorter than necessary.
#[derive(Clone, Debug)]
pub struct Recut<R> {
    reader: R,
    random: Option<Random>,
}

impl<R: Read> Read for Recut<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = match &mut self.random {
            Some(random) if buffer.len() > 1 => 1 + random.below(buffer.len()),
            _ => buffer.len(),
        };
        self.reader.read(&mut buffer[..length])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lengths of the reads of 1000 bytes into 100.
    fn lengths(seed: Option<u64>) -> Vec<usize> {
        let reader: &[u8] = &[7; 1000];
        let random = seed.map(Random::new);
        let mut source = Recut { reader, random };
        let mut buffer = [0; 100];
        let mut lengths = Vec::new();
        loop {
            match source.read(&mut buffer).expect("a slice does not fail") {
                0 => return lengths,
                length => lengths.push(length),
            }
        }
    }

    #[test]
    fn each_seed_cuts_otherwise_and_none_loses_a_byte() {
        assert_eq!(lengths(None), [100; 10]);
        assert_eq!(lengths(Some(1)), lengths(Some(1)));
        assert_ne!(lengths(Some(1)), lengths(Some(2)));
        for seed in 0..20 {
            let lengths = lengths(Some(seed));
            assert_eq!(lengths.iter().sum::<usize>(), 1000);
            assert!(lengths.len() > 10, "{lengths:?}");
        }
    }
}
