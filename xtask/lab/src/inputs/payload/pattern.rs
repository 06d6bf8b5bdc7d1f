//! The pattern: eight bytes at a time, each word a reversible mix of its own number, so
//! that any two words show where they belong.

/// Odd, so that multiplying by it can be undone.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
const UNDO: u64 = inverse(FACTOR);

/// How many bytes [`locate`] needs at most: seven before the next word, and two
/// words.
pub(super) const EVIDENCE: usize = 23;

/// Writes the pattern from `offset` on.
pub(super) fn fill(key: u64, mut offset: u64, mut buffer: &mut [u8]) {
    let within = (offset % 8) as usize;
    if within != 0 {
        let length = buffer.len().min(8 - within);
        let (head, rest) = buffer.split_at_mut(length);
        let word = word(key, offset / 8).to_le_bytes();
        head.copy_from_slice(&word[within..within + length]);
        offset += length as u64;
        buffer = rest;
    }
    for (number, piece) in (offset / 8..).zip(buffer.chunks_mut(8)) {
        piece.copy_from_slice(&word(key, number).to_le_bytes()[..piece.len()]);
    }
}

/// Returns how many bytes at the start of `bytes` are the pattern from `offset` on.
pub(super) fn matching(key: u64, offset: u64, bytes: &[u8]) -> usize {
    let head = bytes.len().min((offset.wrapping_neg() % 8) as usize);
    let mut expected = [0; 8];
    fill(key, offset, &mut expected[..head]);
    let same = common(&expected[..head], &bytes[..head]);
    if same < head {
        return same;
    }
    let (words, tail) = bytes[head..].as_chunks::<8>();
    let first = (offset + head as u64) / 8;
    for (index, piece) in words.iter().enumerate() {
        let expected = word(key, first + index as u64);
        if u64::from_le_bytes(*piece) != expected {
            return head + index * 8 + common(&expected.to_le_bytes(), piece);
        }
    }
    let expected = word(key, first + words.len() as u64).to_le_bytes();
    bytes.len() - tail.len() + common(&expected, tail)
}

/// Returns where bytes of the pattern belong, which is the offset of the first of them.
/// Returns `None` if they have another key, aren't the pattern, or are fewer than
/// [`EVIDENCE`].
pub(super) fn locate(key: u64, bytes: &[u8]) -> Option<u64> {
    (0..8).find_map(|skipped| {
        let (words, _) = bytes.get(skipped..)?.as_chunks::<8>();
        let [first, second, ..] = words else {
            return None;
        };
        let number = number(key, u64::from_le_bytes(*first));
        if word(key, number.wrapping_add(1)) != u64::from_le_bytes(*second) {
            return None;
        }
        number.checked_mul(8)?.checked_sub(skipped as u64)
    })
}

fn word(key: u64, number: u64) -> u64 {
    let mixed = number.wrapping_add(shift(key)).wrapping_mul(FACTOR);
    mixed ^ (mixed >> 32)
}

/// Returns the number of a word, which is the inverse of [`word`].
fn number(key: u64, word: u64) -> u64 {
    let mixed = word ^ (word >> 32);
    mixed.wrapping_mul(UNDO).wrapping_sub(shift(key))
}

/// Patterns with different keys must not be shifted copies of each other within any
/// realistic length, so keys are far apart.
fn shift(key: u64) -> u64 {
    key.wrapping_add(1).wrapping_mul(0xD134_2543_DE82_EF95)
}

fn common(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// The inverse of an odd number modulo 2^64: each round doubles the right bits.
const fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut round = 0;
    while round < 5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        round += 1;
    }
    inverse
}
