//! Names in a message: labels, and pointers to labels before.

use crate::{Name, NameError, bytes_at};

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
/// first pointer. `Truncated` where the message ends too early,
/// with its length as `at`, even if the offset `at` is far past
/// the end; `push_label` says `TooLong`.
pub fn read_name(
    message: &[u8],
    at: usize,
) -> Result<(Name, usize), NameError> {
    todo!("chapter 2: read the name at byte {at}")
}
