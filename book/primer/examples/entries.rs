//! What a photo says about itself, read from bytes that a stranger
//! may have written: the moves of chapter 2, on other data.
//!
//! ```text
//! cargo run -q -p primer --example entries
//! ```

// ANCHOR: entry
/// Reads the entry at `at`. Returns it together with the offset of
/// the next one, or `None` if the bytes don't hold a whole entry.
fn entry(data: &[u8], at: usize) -> Option<(String, usize)> {
    let [kind, high, low] = *data.get(at..)?.first_chunk()?;
    let length = usize::from(u16::from_be_bytes([high, low]));
    let start = at + 3;
    let next = start + length;
    let value = data.get(start..next)?;
    let entry = match kind {
        1 => format!("title {}", str::from_utf8(value).ok()?),
        2 => {
            let width = u32::from_be_bytes(*value.first_chunk()?);
            format!("width {width}")
        }
        other => format!("kind {other}, stepped over"),
    };
    Some((entry, next))
}
// ANCHOR_END: entry

fn main() {
    let photo =
        b"\x01\x00\x05beach\x09\x00\x01!\x02\x00\x04\x00\x00\x0f\x00";
    // ANCHOR: main
    let mut at = 0;
    while at < photo.len() {
        let Some((entry, next)) = entry(photo, at) else {
            println!("byte {at}: truncated");
            break;
        };
        println!("byte {at}: {entry}");
        at = next;
    }

    println!("a lie: {:?}", entry(b"\x01\xff\xff!", 0));
    let whole = (0..photo.len())
        .filter(|&end| entry(&photo[..end], 12).is_some());
    println!("truncated, but read as an entry: {}", whole.count());
    // ANCHOR_END: main
}
