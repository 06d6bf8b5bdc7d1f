//! Names in a message: labels, and pointers to labels before.

use crate::*;

/// The name at `at`, and the offset of what follows it there.
///
/// The byte at the beginning of each piece tells what it is
/// (RFC 1035, section 4.1.4):
///
/// - 0 ends the name;
/// - 1 to 63 is the length of the label that follows;
/// - two bits of 1 make a pointer: the other 14 bits of this
///   byte and the next are the offset in `message` where the
///   name goes on. It leads backward only: before the byte
///   where the run of labels that ends in this pointer began,
///   at `at` or where the last pointer led. Otherwise it is
///   refused as `Pointer`;
/// - 01 and 10 are refused as `Label`.
///
/// A name has up to 127 labels, and each may be followed by a
/// pointer to the next, so at least 126 pointers are followed.
/// Over TCP a message has room for a chain of 8,000: whether it
/// is read or refused, and with which error, is up to you. A
/// recursion that deep overflows the stack.
///
/// What the name is followed by begins after its 0, or after its
/// first pointer. `Truncated` where the message ends too early;
/// `push_label` says `TooLong`.
pub fn read_name(
    message: &[u8],
    at: usize,
) -> Result<(Name, usize), NameError> {
    //? let length = message.len();
    //? todo!("chapter 2: read the name at byte {at} of {length}")
    // ANCHOR: cut-read_name
    // First where the labels are, then the labels themselves.
    let mut places: Vec<std::ops::Range<usize>> = Vec::new();
    let (mut here, mut limit) = (at, at);
    let mut pointers = 0;
    let mut after = 0;
    let missing = NameError::Truncated { at: message.len() };
    loop {
        let Some(first) = message.get(here).copied() else {
            return Err(missing);
        };
        match first >> 6 {
            0 if first == 0 => break,
            0 => {
                let end = here + 1 + usize::from(first);
                if end > message.len() {
                    return Err(missing);
                }
                if places.len() > 127 {
                    return Err(NameError::TooLong);
                }
                places.push(here + 1..end);
                here = end;
            }
            3 => {
                let Some(second) = message.get(here + 1) else {
                    return Err(missing);
                };
                let target = usize::from(first & 0x3F) * 256
                    + usize::from(*second);
                if target >= limit || pointers == 200 {
                    return Err(NameError::Pointer { at: here });
                }
                pointers += 1;
                if pointers == 1 {
                    after = here + 2;
                }
                limit = target;
                here = target;
            }
            _ => return Err(NameError::Label { at: here }),
        }
    }
    if pointers == 0 {
        after = here + 1;
    }
    let mut name = Name::root();
    for place in places {
        name.push_label(&message[place])?;
    }
    Ok((name, after))
    // ANCHOR_END: cut-read_name
}
