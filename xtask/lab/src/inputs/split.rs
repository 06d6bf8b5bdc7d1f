//! Splits the same input into different pieces, as a network does with every message.
//!
//! ```
//! for pieces in lab::split::every(b"GET / HTTP/1.1\r\n\r\n") {
//!     let mut seen = Vec::new();
//!     for piece in &pieces {
//!         seen.extend_from_slice(piece);
//!     }
//!     assert_eq!(seen, b"GET / HTTP/1.1\r\n\r\n", "{}", pieces.name());
//! }
//! ```

use std::collections::VecDeque;
use std::io::{self, Read};

use crate::random::Random;

/// An input in pieces. No piece is empty, because an empty read would mean the end.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    input: &'a [u8],
    /// The offsets where a piece ends and the next one starts, in ascending order.
    cuts: Vec<usize>,
    name: String,
}

/// Returns the whole input, then the input split in two at every offset, and then byte
/// by byte.
pub fn every(input: &[u8]) -> impl Iterator<Item = Pieces<'_>> {
    let halves = (1..input.len()).map(move |cut| in_two(input, cut));
    std::iter::once(whole(input))
        .chain(halves)
        .chain(std::iter::once(byte_by_byte(input)))
}

/// The input in one piece.
pub fn whole(input: &[u8]) -> Pieces<'_> {
    Pieces {
        input,
        cuts: Vec::new(),
        name: "in one piece".to_owned(),
    }
}

/// The input byte by byte.
pub fn byte_by_byte(input: &[u8]) -> Pieces<'_> {
    Pieces {
        input,
        cuts: (1..input.len()).collect(),
        name: "byte by byte".to_owned(),
    }
}

/// The input in pieces of `length` bytes; the last one may be shorter.
pub fn every_so_many(input: &[u8], length: usize) -> Pieces<'_> {
    Pieces {
        input,
        cuts: (1..input.len()).filter(|cut| cut % length == 0).collect(),
        name: format!("in pieces of {length} bytes"),
    }
}

/// The input line by line: a piece ends after each line feed.
pub fn line_by_line(input: &[u8]) -> Pieces<'_> {
    Pieces {
        input,
        cuts: (1..input.len())
            .filter(|cut| input[cut - 1] == b'\n')
            .collect(),
        name: "line by line".to_owned(),
    }
}

/// The input in two pieces, the first one of `length` bytes.
pub fn in_two(input: &[u8], length: usize) -> Pieces<'_> {
    Pieces {
        input,
        cuts: vec![length],
        name: format!("cut after byte {length}"),
    }
}

/// `count` random ways to cut the input into `pieces` pieces at most.
pub fn seeded(
    input: &[u8],
    pieces: usize,
    seed: u64,
    count: usize,
) -> impl Iterator<Item = Pieces<'_>> {
    let mut random = Random::new(seed);
    (0..count).map(move |_| {
        let mut cuts = Vec::new();
        if input.len() > 1 {
            cuts.extend((1..pieces).map(|_| 1 + random.below(input.len() - 1)));
            cuts.sort_unstable();
            cuts.dedup();
        }
        let name = format!("cut after bytes {cuts:?}");
        Pieces { input, cuts, name }
    })
}

impl<'a> Pieces<'a> {
    /// Returns a description of where it's split, for the name of a step.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The pieces in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        let starts = std::iter::once(0).chain(self.cuts.iter().copied());
        let ends = self
            .cuts
            .iter()
            .copied()
            .chain(std::iter::once(self.input.len()));
        starts
            .zip(ends)
            .map(|(start, end)| &self.input[start..end])
            .filter(|piece| !piece.is_empty())
    }

    /// Returns a reader whose reads never cross the end of a piece.
    pub fn reader(&self) -> Reader {
        Reader {
            pieces: self.iter().map(<[u8]>::to_vec).collect(),
        }
    }
}

impl<'a> IntoIterator for &Pieces<'a> {
    type Item = &'a [u8];
    type IntoIter = std::vec::IntoIter<&'a [u8]>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter().collect::<Vec<_>>().into_iter()
    }
}

/// Returns one piece with each read, or less if the buffer is smaller.
#[derive(Clone, Debug)]
pub struct Reader {
    pieces: VecDeque<Vec<u8>>,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(piece) = self.pieces.front_mut() else {
            return Ok(0);
        };
        let length = piece.len().min(buffer.len());
        buffer[..length].copy_from_slice(&piece[..length]);
        piece.drain(..length);
        if piece.is_empty() {
            self.pieces.pop_front();
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cut_is_there_and_no_piece_is_empty() {
        let input = b"abcde";
        let all: Vec<_> = every(input).collect();
        let lengths: Vec<Vec<usize>> = all
            .iter()
            .map(|pieces| pieces.iter().map(<[u8]>::len).collect())
            .collect();
        let expected: [&[usize]; 6] =
            [&[5], &[1, 4], &[2, 3], &[3, 2], &[4, 1], &[1; 5]];
        assert_eq!(lengths, expected);
        assert_eq!(all[2].name(), "cut after byte 2");
        for pieces in &all {
            assert_eq!(pieces.iter().collect::<Vec<_>>().concat(), input);
        }
    }

    #[test]
    fn an_empty_input_has_no_pieces() {
        assert!(every(b"").all(|pieces| pieces.iter().next().is_none()));
        assert!(seeded(b"", 3, 1, 4).all(|pieces| pieces.iter().next().is_none()));
    }

    #[test]
    fn a_parser_that_forgets_the_rest_of_a_piece_is_found() {
        // Looks for the line end in each piece separately.
        let finds = |pieces: &Pieces<'_>| {
            pieces
                .iter()
                .any(|piece| piece.windows(2).any(|two| two == b"\r\n"))
        };
        let missed: Vec<String> = every(b"ab\r\ncd")
            .filter(|pieces| !finds(pieces))
            .map(|pieces| pieces.name().to_owned())
            .collect();
        assert_eq!(missed, ["cut after byte 3", "byte by byte"]);
    }

    #[test]
    fn seeded_cuts_repeat_and_differ_among_themselves() {
        let names = |seed| -> Vec<String> {
            let all = seeded(&[0; 100], 4, seed, 10);
            all.map(|pieces| pieces.name().to_owned()).collect()
        };
        assert_eq!(names(1), names(1));
        assert_ne!(names(1), names(2));
        let mut distinct = names(1);
        distinct.dedup();
        assert!(distinct.len() > 5);
    }

    #[test]
    fn a_read_never_crosses_a_cut() {
        let mut reader = every_so_many(b"abcde", 2).reader();
        let mut buffer = [0; 4];
        let lengths = [(); 4].map(|()| reader.read(&mut buffer).expect("no error"));
        assert_eq!(lengths, [2, 2, 1, 0]);
    }
}
