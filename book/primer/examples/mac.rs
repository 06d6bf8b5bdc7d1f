//! Who made this network card? Patterns and masks on 48 bits: the
//! moves of chapter 1, on other data.
//!
//! ```text
//! cargo run -q -p primer --example mac
//! ```

// ANCHOR: kind
fn kind(mac: [u8; 6]) -> &'static str {
    match mac {
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff] => "broadcast",
        [0x01, 0x00, 0x5e, 0x00..=0x7f, ..] => "IPv4 multicast",
        [0x33, 0x33, ..] => "IPv6 multicast",
        _ => "one card",
    }
}
// ANCHOR_END: kind

// ANCHOR: block
/// The first `keep` bits of a MAC address: 0 to 48.
fn first_bits(mac: [u8; 6], keep: u32) -> u64 {
    let [a, b, c, d, e, f] = mac;
    let bits = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    let mask = u64::MAX << (48 - keep);
    bits & mask
}

fn same_block(left: [u8; 6], right: [u8; 6], keep: u32) -> bool {
    first_bits(left, keep) == first_bits(right, keep)
}
// ANCHOR_END: block

fn main() {
    // ANCHOR: main
    let printer = [0x70, 0xb3, 0xd5, 0x12, 0xf0, 0x01];
    let scanner = [0x70, 0xb3, 0xd5, 0x12, 0xff, 0x9c];
    println!("{}", kind(printer));
    println!("{}", kind([0x01, 0x00, 0x5e, 0x7f, 0xff, 0xfa]));
    println!("{}", kind([0x01, 0x00, 0x5e, 0x80, 0xff, 0xfa]));
    println!("{:012x}", first_bits(printer, 36));
    println!("36 bits: {}", same_block(printer, scanner, 36));
    println!("40 bits: {}", same_block(printer, scanner, 40));
    // ANCHOR_END: main
}
