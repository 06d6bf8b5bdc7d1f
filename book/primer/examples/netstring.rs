//! Messages such as `5:hello,` out of whatever has arrived so far:
//! the moves of chapter 4, on other data.
//!
//! ```text
//! cargo run -q -p primer --example netstring
//! ```

// ANCHOR: netstring
/// The most digits that a length may have.
const DIGITS: usize = 4;

/// Reads the message that `input` begins with. Returns its bytes
/// and how many bytes of `input` it takes, or `None` if it isn't
/// complete yet.
fn netstring(
    input: &[u8],
) -> Result<Option<(&[u8], usize)>, &'static str> {
    let colon = input.iter().position(|&byte| byte == b':');
    let digits = &input[..colon.unwrap_or(input.len())];
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err("the length contains something other than digits");
    }
    if digits.len() > DIGITS || colon == Some(0) {
        return Err("the length has no digits or too many digits");
    }
    let Some(colon) = colon else {
        return Ok(None);
    };
    let value = |all, digit: &u8| all * 10 + usize::from(digit - b'0');
    let length = digits.iter().fold(0, value);
    let start = colon + 1;
    let end = start + length;
    match input.get(end) {
        None => Ok(None),
        Some(b',') => Ok(Some((&input[start..end], end + 1))),
        Some(_) => Err("the comma is missing"),
    }
}
// ANCHOR_END: netstring

fn main() {
    // ANCHOR: main
    for input in [
        "5",
        "5:hel",
        "5:hello,",
        "5:hello,3:ab",
        "+5:hello,",
        "99999",
    ] {
        match netstring(input.as_bytes()) {
            Ok(None) => println!("{input:14} not complete yet"),
            Ok(Some((message, used))) => {
                let message = String::from_utf8_lossy(message);
                println!("{input:14} {message}, {used} bytes used");
            }
            Err(error) => println!("{input:14} error: {error}"),
        }
    }
    // ANCHOR_END: main
}
