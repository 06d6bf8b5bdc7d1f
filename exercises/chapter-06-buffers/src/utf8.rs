//! Decodes text that arrives in chunks.

use crate::TextError;

/// Decodes text from chunks that may be split inside a character. It's
/// the counterpart of Node's `StringDecoder`, but strict.
#[derive(Debug, Default)]
pub struct Utf8Decoder {
    /// The beginning of a character that isn't complete yet: at most 3
    /// bytes.
    held: Vec<u8>,
    /// The position where `held` begins, in bytes from the start.
    at: u64,
}

impl Utf8Decoder {
    /// Returns the complete characters in the bytes held back earlier
    /// and in this chunk, in order. If the chunk ends inside a
    /// character, the beginning of that character is held back, which
    /// is at most 3 bytes. Nothing else of the chunk is kept, and its
    /// memory can be freed.
    ///
    /// # Errors
    ///
    /// Returns [`TextError::Invalid`], with the position where the
    /// invalid character begins, as soon as there are bytes that can't
    /// become a character, whatever follows. After an error, the
    /// decoder can't be used anymore, and its behavior isn't graded.
    pub fn decode(
        &mut self,
        chunk: &[u8],
    ) -> Result<String, TextError> {
        todo!("chapter 6: make text of {} bytes", chunk.len())
    }

    /// Ends the text.
    ///
    /// # Errors
    ///
    /// Returns [`TextError::Incomplete`] if bytes are still held back,
    /// with the position where their character begins.
    pub fn finish(&mut self) -> Result<(), TextError> {
        todo!("chapter 6: is a character unfinished?")
    }
}

/// Returns the longest beginning of `text` that has at most `limit`
/// bytes and doesn't end inside a character (a Rust `char`). If an
/// accent is a `char` of its own, its letter may be kept without it.
pub fn shorten(text: &str, limit: usize) -> &str {
    todo!("chapter 6: at most {limit} bytes of {text:?}")
}
