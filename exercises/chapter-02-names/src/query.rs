//! Writes the question as it's sent.

use crate::{NameError, Question};

/// The most bytes in a label (RFC 1035, section 2.3.4).
pub(crate) const LABEL: usize = 63;
/// The most bytes in a name as it's sent, counting every label with its
/// length and the final 0.
pub(crate) const NAME: usize = 255;
/// The class of the internet. The other classes aren't used anymore.
pub(crate) const IN: u16 = 1;
/// The longest answer over UDP that we accept, in bytes. It fits in one
/// packet on every network, because each IPv6 link carries packets of
/// 1280 bytes (RFC 8200, section 5), and 48 of these are headers. A
/// server sends at most 512 bytes unless an EDNS record tells it our
/// limit.
pub(crate) const UDP_SIZE: u16 = 1232;
/// The flag in the header's second word that asks the server to do the
/// searching for us.
const RECURSION_DESIRED: u16 = 0b0000_0001_0000_0000;
/// The type of the EDNS record (RFC 6891, section 6.1.2).
const OPT: u16 = 41;

/// Appends the name `text` to `message` as it's sent: each label is
/// preceded by its length in one byte, and a 0 follows the last one
/// (RFC 1035, section 3.1).
///
/// The text may end with one dot. The empty text and `.` are the root,
/// a single 0. Every character stays as it is. Nothing is trimmed or
/// unescaped, upper case stays upper case, and no character is rejected
/// for what it means elsewhere.
///
/// # Errors
///
/// `NotAName` with the whole text if a label is empty. `TooLong` for a
/// label of more than 63 bytes, or a name of more than 255, counted as
/// it is sent. (The limits are in bytes, not characters, so `é` counts
/// as two.) After an error, `message` may hold half a name, so the
/// caller discards it.
pub fn encode_name(
    text: &str,
    message: &mut Vec<u8>,
) -> Result<(), NameError> {
    todo!("chapter 2: append {text:?} to {message:?}")
}

/// Returns the message that asks `question`, laid out as in RFC
/// 1035, section 4.1.
///
/// The most significant byte of each number comes first. The
/// message consists of:
///
/// - the header, six words: `id`; the flags, of which only
///   `RECURSION_DESIRED` is set; and how many questions, answers,
///   authorities, and additional records follow: 1, 0, 0, 1;
/// - the question: the name, which `Name::write` appends, the
///   number of its type, and class `IN`;
/// - one additional record, the EDNS record (RFC 6891): the root
///   as its name, type `OPT`, `UDP_SIZE` in the place of the
///   class, four bytes of 0 in the place of the TTL, and a length
///   of 0.
pub fn encode_query(id: u16, question: &Question) -> Vec<u8> {
    todo!("chapter 2: ask {question:?} with id {id}")
}
