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
///   name goes on. It leads backward only, before the byte
///   where the piece with the pointer began: otherwise
///   `Pointer`;
/// - 01 and 10 are refused as `Label`.
///
/// A message holds chains of thousands of pointers: no recursion
/// goes that deep.
///
/// What the name is followed by begins after its 0, or after its
/// first pointer. `Truncated` where the message ends too early;
/// `push_label` says `TooLong`.
pub fn read_name(
    message: &[u8],
    at: usize,
) -> Result<(Name, usize), NameError> {
    let mut name = Name::root();
    // Where the labels in hand began, and where we are in them.
    let (mut begin, mut here) = (at, at);
    let mut behind = None;
    loop {
        match Piece::read(message, here)? {
            Piece::End => {
                return Ok((name, behind.unwrap_or(here + 1)));
            }
            Piece::Label(label) => {
                name.push_label(label)?;
                here += 1 + label.len();
            }
            Piece::Pointer(target) if target < begin => {
                behind.get_or_insert(here + 2);
                (begin, here) = (target, target);
            }
            Piece::Pointer(_) => return Err(NameError::Pointer { at: here }),
        }
    }
}

/// What may stand in a name.
enum Piece<'a> {
    End,
    Label(&'a [u8]),
    Pointer(usize),
}

impl<'a> Piece<'a> {
    fn read(message: &'a [u8], at: usize) -> Result<Self, NameError> {
        let cut = NameError::Truncated { at: message.len() };
        let Some((&first, rest)) =
            message.split_at_checked(at).and_then(|(_, from)| from.split_first())
        else {
            return Err(cut);
        };
        match (first >> 6, first & 0b0011_1111) {
            (0b00, 0) => Ok(Self::End),
            (0b00, length) => match rest.split_at_checked(length.into()) {
                Some((label, _)) => Ok(Self::Label(label)),
                None => Err(cut),
            },
            (0b11, high) => match rest.first() {
                Some(&low) => Ok(Self::Pointer(u16::from_be_bytes([high, low]).into())),
                None => Err(cut),
            },
            _ => Err(NameError::Label { at }),
        }
    }
}
