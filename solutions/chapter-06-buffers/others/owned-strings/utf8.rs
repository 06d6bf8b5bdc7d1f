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
    /// of no more use, and what it does then is not graded.
    pub fn decode(
        &mut self,
        chunk: &[u8],
    ) -> Result<String, TextError> {
        //? todo!("chapter 6: make text of {} bytes", chunk.len())
        // ANCHOR: cut-decode
        let mut bytes = std::mem::take(&mut self.held);
        bytes.extend(chunk);
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let reason = error.utf8_error();
                let end = reason.valid_up_to();
                if reason.error_len().is_some() {
                    let at = self.at + end as u64;
                    return Err(TextError::Invalid { at });
                }
                let mut bytes = error.into_bytes();
                self.held = bytes.split_off(end);
                String::from_utf8(bytes).unwrap_or_default()
            }
        };
        self.at += text.len() as u64;
        Ok(text)
        // ANCHOR_END: cut-decode
    }

    /// Nothing more comes. When bytes are still held, the last
    /// character is cut: [`TextError::Incomplete`] with the byte
    /// where it begins.
    pub fn finish(&mut self) -> Result<(), TextError> {
        //? todo!("chapter 6: is a character unfinished?")
        // ANCHOR: cut-finish
        if let [_, ..] = self.held[..] {
            return Err(TextError::Incomplete { at: self.at });
        }
        Ok(())
        // ANCHOR_END: cut-finish
    }
}

/// The longest beginning of `text` that has at most `limit`
/// bytes, and no part of a character (a Rust `char`). An accent
/// with a `char` of its own may be cut off.
pub fn shorten(text: &str, limit: usize) -> &str {
    //? todo!("chapter 6: at most {limit} bytes of {text:?}")
    // ANCHOR: cut-shorten
    let bytes = text.as_bytes();
    if bytes.len() <= limit {
        return text;
    }
    // The byte behind the end must begin a character.
    let mut end = limit;
    while bytes[end] & 0xc0 == 0x80 {
        end -= 1;
    }
    text.split_at(end).0
    // ANCHOR_END: cut-shorten
}
