//! Text that comes in chunks.

use crate::TextError;

/// Makes text of chunks that may be cut inside a character: the
/// counterpart of Node's `StringDecoder`, but strict.
#[derive(Debug, Default)]
pub struct Utf8Decoder {
    /// The beginning of a character whose rest is to come: at
    /// most 3 bytes.
    held: Vec<u8>,
    /// Where `held` begins, in bytes from the start.
    at: u64,
}

impl Utf8Decoder {
    /// The whole characters of what is held and of this chunk, in
    /// order. The beginning of a character at the end is held
    /// back, at most 3 bytes of it; nothing else of a chunk is
    /// kept, its memory neither.
    ///
    /// Bytes that become no character, whatever follows, are an
    /// error at once: [`TextError::Invalid`] with the byte where
    /// the wrong character begins. After an error, the decoder is
    /// of no more use.
    pub fn decode(
        &mut self,
        chunk: &[u8],
    ) -> Result<String, TextError> {
        let mut bytes =
            Vec::with_capacity(self.held.len() + chunk.len());
        bytes.append(&mut self.held);
        bytes.extend_from_slice(chunk);

        // Where the last character begins, and what it still needs.
        let mut begin = 0;
        let mut state = State::Between;
        for (index, &byte) in bytes.iter().enumerate() {
            if let State::Between = state {
                begin = index;
            }
            state = state.after(byte).ok_or(TextError::Invalid {
                at: self.at + begin as u64,
            })?;
        }
        if let State::Inside { .. } = state {
            self.held.extend_from_slice(&bytes[begin..]);
            bytes.truncate(begin);
        }
        self.at += bytes.len() as u64;
        Ok(String::from_utf8(bytes).expect("only whole characters"))
    }

    /// Nothing more comes. When bytes are still held, the last
    /// character is cut: [`TextError::Incomplete`] with the byte
    /// where it begins.
    pub fn finish(&mut self) -> Result<(), TextError> {
        match self.held.as_slice() {
            [] => Ok(()),
            _ => Err(TextError::Incomplete { at: self.at }),
        }
    }
}

/// Between two characters, or inside one.
#[derive(Clone, Copy)]
enum State {
    Between,
    /// The next byte is from `low` to `high`; it is one of `more`.
    Inside {
        more: u8,
        low: u8,
        high: u8,
    },
}

impl State {
    /// The state after one more byte; `None` when no character is
    /// written like this.
    fn after(self, byte: u8) -> Option<Self> {
        let (more, low, high) = match (self, byte) {
            (Self::Between, 0x00..=0x7F) => return Some(Self::Between),
            (Self::Between, 0xC2..=0xDF) => (1, 0x80, 0xBF),
            (Self::Between, 0xE0) => (2, 0xA0, 0xBF),
            (Self::Between, 0xED) => (2, 0x80, 0x9F),
            (Self::Between, 0xE1..=0xEF) => (2, 0x80, 0xBF),
            (Self::Between, 0xF0) => (3, 0x90, 0xBF),
            (Self::Between, 0xF1..=0xF3) => (3, 0x80, 0xBF),
            (Self::Between, 0xF4) => (3, 0x80, 0x8F),
            (Self::Inside { more, low, high }, byte)
                if (low..=high).contains(&byte) =>
            {
                if more == 1 {
                    return Some(Self::Between);
                }
                (more - 1, 0x80, 0xBF)
            }
            _ => return None,
        };
        Some(Self::Inside { more, low, high })
    }
}

/// The longest beginning of `text` that has at most `limit`
/// bytes, and no part of a character (a Rust `char`).
pub fn shorten(text: &str, limit: usize) -> &str {
    let end = text
        .char_indices()
        .map(|(begin, c)| begin + c.len_utf8())
        .take_while(|&end| end <= limit)
        .last();
    &text[..end.unwrap_or(0)]
}
