//! Names in a message: labels, and pointers to labels that came
//! earlier.

use crate::{Name, NameError, bytes_at};

/// Reads the name at `at`. Returns the name and the offset of the first
/// byte after it.
///
/// A name is a run of labels, and the first byte of each says what
/// comes next (RFC 1035, section 4.1.4):
///
/// - 0 ends the name;
/// - 1 to 63 is the length of the label that follows;
/// - a byte that begins with two bits of 1 makes a pointer: the other
///   14 bits of this byte and the next are the offset in `message` at
///   which the name continues. A pointer must lead backward, to before
///   the first label of the current run. A run begins at `at`, or where
///   the previous pointer led. Any other pointer is rejected as
///   `Pointer`;
/// - a byte that begins with 01 or 10 is rejected as `Label`.
///
/// A name has up to 127 labels, and there may be a pointer between any
/// two of them, so at least 126 pointers are followed. A message over
/// TCP has room for a chain of 8,000 pointers. You may read such a
/// chain or reject it with any error, but don't follow it by recursion,
/// which would overflow the stack.
///
/// The returned offset is the one after the name's final 0, or after
/// its first pointer, whichever comes first.
///
/// # Errors
///
/// Besides `Pointer` and `Label`: `Truncated` if the message ends too
/// early, with the length of the message as its `at`, even if the
/// offset to read was far past the end; and `TooLong`, which
/// `push_label` returns.
pub fn read_name(
    message: &[u8],
    at: usize,
) -> Result<(Name, usize), NameError> {
    //? todo!("chapter 2: read the name at byte {at}")
    // ANCHOR: cut-read_name
    let mut name = Name::root();
    // Where we read, and where this run of labels began.
    let (mut here, mut began) = (at, at);
    // The offset after the name, known since the first pointer.
    let mut after = None;
    loop {
        let [length] = bytes_at(message, here)?;
        match length {
            0 => return Ok((name, after.unwrap_or(here + 1))),
            1..=63 => {
                let end = here + 1 + usize::from(length);
                let label = message.get(here + 1..end).ok_or(
                    NameError::Truncated { at: message.len() },
                )?;
                name.push_label(label)?;
                here = end;
            }
            0b1100_0000.. => {
                let pointer =
                    u16::from_be_bytes(bytes_at(message, here)?);
                let target = usize::from(pointer & 0x3FFF);
                // Each jump leads further back, so this loop must end.
                if target >= began {
                    return Err(NameError::Pointer { at: here });
                }
                after.get_or_insert(here + 2);
                (here, began) = (target, target);
            }
            _ => return Err(NameError::Label { at: here }),
        }
    }
    // ANCHOR_END: cut-read_name
}
