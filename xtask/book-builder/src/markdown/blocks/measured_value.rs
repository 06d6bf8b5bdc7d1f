//! Measured values, so that no page contains figures that were typed in.
//!
//! A run writes `book/measured/NAME.json`; a page shows a value of it with `{{#measured
//! NAME key.inner}}`. The key `command` of each file says how to measure again.

use serde_json::Value;

/// Returns the value under a dotted key, as it's shown.
///
/// # Errors
///
/// Returns a message if the text isn't JSON, has no `command`, doesn't contain the key,
/// or contains something other than a single value under it.
pub fn value(json: &str, key: &str) -> Result<String, String> {
    let file: Value =
        serde_json::from_str(json).map_err(|error| format!("is not JSON: {error}"))?;
    if !file.get("command").is_some_and(Value::is_string) {
        return Err("has no `command` that says how to measure again".to_string());
    }
    let found = key
        .split('.')
        .try_fold(&file, |value, name| value.get(name));
    match found {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(_) => Err(format!("has no single value under `{key}`")),
        None => Err(format!("has no key `{key}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::value;

    const FILE: &str =
        r#"{"command": "cargo xtask plot", "naive": {"peak_mib": 1032.5}}"#;

    #[test]
    fn a_dotted_key_finds_its_value() {
        assert_eq!(value(FILE, "naive.peak_mib"), Ok("1032.5".to_string()));
        assert_eq!(value(FILE, "command"), Ok("cargo xtask plot".to_string()));
    }

    #[test]
    fn a_missing_key_is_named() {
        let message = value(FILE, "naive.peak").unwrap_err();
        assert!(message.contains("naive.peak"), "{message}");
    }

    #[test]
    fn a_whole_table_is_no_value() {
        assert!(value(FILE, "naive").is_err());
    }

    #[test]
    fn a_file_that_does_not_say_how_it_was_made_is_refused() {
        let message = value(r#"{"peak": 1}"#, "peak").unwrap_err();
        assert!(message.contains("command"), "{message}");
    }
}
