//! Text in JSON.

/// Writes `text` as a JSON string, quotes included (RFC 8259,
/// section 7): `"`, `\` and the control characters are escaped,
/// everything else stays as it is.
pub fn json_string(text: &str, output: &mut Vec<u8>) {
    // Neither a string nor a write into a vector can fail.
    let _ = serde_json::to_writer(output, text);
}
