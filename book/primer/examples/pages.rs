//! Which pages a print dialog means by `1-3,7,12-`.

use std::ops::Range;

// ANCHOR: pages
/// Reads `text` for a document of `length` pages. Returns `None`
/// if any element isn't a range of pages.
fn pages(text: &str, length: u32) -> Option<Vec<Range<u32>>> {
    text.split(',')
        .map(|element| range(element.trim(), length))
        .collect()
}

/// Reads one element: `7`, `1-3` or `12-`.
fn range(element: &str, length: u32) -> Option<Range<u32>> {
    let (first, last) =
        element.split_once('-').unwrap_or((element, element));
    let first: u32 = first.parse().ok()?;
    let last = match last {
        "" => u32::MAX, // to the end, wherever that is
        last => last.parse().ok()?,
    };
    if first == 0 || first > last {
        return None;
    }
    Some((first - 1).min(length)..last.min(length))
}
// ANCHOR_END: pages

fn main() {
    for text in
        ["1-3, 7, 12-", "9-99", "20-", "20-30", "3-1", "99999999999-"]
    {
        println!("{text}: {:?}", pages(text, 14));
    }
}
