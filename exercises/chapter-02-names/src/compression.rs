//! Names in a message: labels, and pointers to labels that came
//! earlier.

use crate::{Name, NameError, bytes_at};

/// Reads the name at `at`. Returns it with the offset of whatever
/// follows it there.
///
/// A name is a run of labels, and the first byte of each says
/// what comes next (RFC 1035, section 4.1.4):
///
/// - 0 ends the name;
/// - 1 to 63 is the length of the label that follows;
/// - a byte that begins with two bits of 1 makes a pointer: the
///   other 14 bits of this byte and the next are the offset in
///   `message` at which the name continues. A pointer leads
///   backward only: to before the byte where the run of labels
///   that ends in this pointer began, which is `at`, or where the
///   previous pointer led. Otherwise it is rejected as `Pointer`;
/// - a byte that begins with 01 or 10 is rejected as `Label`.
///
/// A name has up to 127 labels, and each may be followed by a
/// pointer to the next, so at least 126 pointers are followed.
/// Over TCP a message has room for a chain of 8,000: whether such
/// a chain is read or rejected, and with which error, is up to
/// you. A recursion that deep overflows the stack.
///
/// The returned offset is that after the name's 0, or after its
/// first pointer.
///
/// # Errors
///
/// Besides those above, `Truncated` if the message ends too
/// early, with its length as `at`, even if the offset `at` is far
/// past the end. `push_label` returns `TooLong`.
pub fn read_name(
    message: &[u8],
    at: usize,
) -> Result<(Name, usize), NameError> {
    todo!("chapter 2: read the name at byte {at}")
}
