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
    let mut name = Name::root();
    let mut after = None;
    let mut cursor = at;
    let mut floor = at;
    // At most 127 labels, and a pointer after each.
    for _ in 0..=2 * 127 {
        let head = bytes_at::<1>(message, cursor)?[0];
        if head == 0 {
            return Ok((name, after.unwrap_or(cursor + 1)));
        }
        cursor = match head {
            0x40..=0xBF => return Err(NameError::Label { at: cursor }),
            0xC0.. => {
                let word = u16::from_be_bytes(bytes_at(message, cursor)?);
                let target = usize::from(word - 0xC000);
                if target >= floor {
                    return Err(NameError::Pointer { at: cursor });
                }
                after = after.or(Some(cursor + 2));
                floor = target;
                target
            }
            length => {
                let start = cursor + 1;
                let end = start + usize::from(length);
                if message.len() < end {
                    let at = message.len();
                    return Err(NameError::Truncated { at });
                }
                name.push_label(&message[start..end])?;
                end
            }
        };
    }
    Err(NameError::TooLong)
    // ANCHOR_END: cut-read_name
}
