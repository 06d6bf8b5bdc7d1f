//! Writes text as JSON.

/// Writes `text` as a JSON string, quotes included (RFC 8259, section
/// 7): `"`, `\`, and control characters are escaped, and everything
/// else stays as it is.
pub fn json_string(text: &str, output: &mut Vec<u8>) {
    // Serializing a string can't fail, and neither can writing into a
    // vector.
    let _ = serde_json::to_writer(output, text);
}
