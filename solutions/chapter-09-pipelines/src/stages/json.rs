//! Text in JSON.
//!
//! Given: escaping is a table of RFC 8259.

use std::io::Write;

/// Writes `text` as a JSON string, quotes included (RFC 8259,
/// section 7): `"`, `\` and the control characters are escaped,
/// everything else stays as it is.
pub fn json_string(text: &str, output: &mut Vec<u8>) {
    // It may be long: room for all of it at once.
    output.reserve(text.len() + 2);
    output.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => output.extend_from_slice(b"\\\""),
            b'\\' => output.extend_from_slice(b"\\\\"),
            b'\n' => output.extend_from_slice(b"\\n"),
            b'\r' => output.extend_from_slice(b"\\r"),
            b'\t' => output.extend_from_slice(b"\\t"),
            // A write into a vector does not fail.
            0..0x20 => {
                let _ = write!(output, "\\u{byte:04x}");
            }
            // All bytes of longer characters are 0x80 and above.
            _ => output.push(byte),
        }
    }
    output.push(b'"');
}
