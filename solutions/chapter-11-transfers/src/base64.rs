//! Bytes as text: base64 (RFC 4648, section 4).

const LETTERS: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Four letters for each three bytes, with `=` at the end where
/// bytes are missing.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| *group.get(at).unwrap_or(&0) as usize;
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[bits >> (18 - 6 * at) & 63];
            let is_there = at <= group.len();
            text.push(if is_there { letter.into() } else { '=' });
        }
    }
    text
}
