//! Text that comes in chunks.

use crate::TextError;

/// Decodes text from chunks that may be split inside a character. It's
/// the counterpart of Node's `StringDecoder`, but strict.
#[derive(Debug, Default)]
pub struct Utf8Decoder {
    /// The beginning of a character whose rest is still to come: at
    /// most 3 bytes.
    held: Vec<u8>,
    /// The position where `held` begins, in bytes from the start.
    at: u64,
}

impl Utf8Decoder {
    /// Returns the complete characters of what was held back and of
    /// this chunk, in order. If the chunk ends inside a character, its
    /// beginning is held back, at most 3 bytes. Nothing else of a chunk
    /// is kept, and its memory isn't, either.
    ///
    /// # Errors
    ///
    /// Returns [`TextError::Invalid`], with the position where the
    /// invalid character begins, as soon as there are bytes that can't
    /// become a character, whatever follows. After an error, the
    /// decoder is of no more use, and what it does then isn't graded.
    pub fn decode(
        &mut self,
        chunk: &[u8],
    ) -> Result<String, TextError> {
        todo!("chapter 6: make text of {} bytes", chunk.len())
    }

    /// Says that nothing more comes.
    ///
    /// # Errors
    ///
    /// Returns [`TextError::Incomplete`] if bytes are still held back,
    /// with the position where that last character begins.
    pub fn finish(&mut self) -> Result<(), TextError> {
        todo!("chapter 6: is a character unfinished?")
    }
}

/// Returns the longest beginning of `text` that has at most `limit`
/// bytes and doesn't end inside a character (a Rust `char`). An accent
/// that's a `char` of its own may be cut off.
pub fn shorten(text: &str, limit: usize) -> &str {
    todo!("chapter 6: at most {limit} bytes of {text:?}")
}
