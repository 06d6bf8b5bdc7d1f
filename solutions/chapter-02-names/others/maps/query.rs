//! The question as it is sent.

use crate::*;

/// The most octets in a label (RFC 1035, section 2.3.4).
pub(crate) const LABEL: usize = 63;
/// The most octets in a name as it is sent: every label with its
/// length, and the 0 at the end.
pub(crate) const NAME: usize = 255;
/// The class of the internet; other classes are history.
pub(crate) const IN: u16 = 1;
/// The longest answer over UDP that we take, in bytes. It passes
/// every network in one piece, because each IPv6 link carries 1280
/// bytes (RFC 8200, section 5), 48 of which are headers. Without an
/// EDNS record that says so, a server sends at most 512.
pub(crate) const UDP_SIZE: u16 = 1232;
/// Of the header's second word: please search for us.
const RECURSION_DESIRED: u16 = 0b0000_0001_0000_0000;
/// The type of the EDNS record (RFC 6891, section 6.1.2).
const OPT: u16 = 41;

/// Appends `text` as a name is sent: each label behind its
/// length in one octet, and a 0 at the end (RFC 1035, section
/// 3.1). One dot at the end may stand there or not; the empty
/// text and `.` are the root, a single 0. Letters stay as they
/// are.
///
/// Refused are an empty label, as `NotAName` with the whole
/// text, and as `TooLong` a label above 63 octets or a name
/// above 255, counted as it is sent. Octets are bytes and not
/// characters: `é` counts as two. After an error the caller
/// discards `message`, which may hold half a name.
pub fn encode_name(
    text: &str,
    message: &mut Vec<u8>,
) -> Result<(), NameError> {
    //? todo!("chapter 2: append {text:?} to {message:?}")
    // ANCHOR: cut-encode_name
    let mut wire: Vec<u8> = Vec::new();
    let labels: Vec<&str> = match text {
        "" | "." => Vec::new(),
        _ => text.strip_suffix('.').unwrap_or(text).split('.').collect(),
    };
    for label in &labels {
        let length = u8::try_from(label.len()).unwrap_or(u8::MAX);
        if length == 0 {
            return Err(NameError::NotAName(text.to_string()));
        } else if usize::from(length) > LABEL {
            return Err(NameError::TooLong);
        }
        wire.push(length);
        wire.extend_from_slice(label.as_ref());
        if wire.len() >= NAME {
            return Err(NameError::TooLong);
        }
    }
    wire.push(0);
    message.append(&mut wire);
    Ok(())
    // ANCHOR_END: cut-encode_name
}

/// The message that asks `question`, as RFC 1035, section 4.1
/// lays it out. In it, with the highest byte of each number
/// first:
///
/// - the header, six words: `id`; the flags, of which only
///   `RECURSION_DESIRED` is set; and how many questions,
///   answers, authorities and additional records follow: 1, 0,
///   0, 1;
/// - the question: the name, which `Name::write` appends, the
///   number of its type, class `IN`;
/// - one additional record, the EDNS record (RFC 6891): the
///   root as its name, type `OPT`, `UDP_SIZE` in the place of
///   the class, four bytes of 0 in the place of the TTL, and a
///   length of 0.
pub fn encode_query(id: u16, question: &Question) -> Vec<u8> {
    //? todo!("chapter 2: ask {question:?} with id {id}")
    // ANCHOR: cut-encode_query
    let mut name = Vec::new();
    question.name.write(&mut name);
    let words = |words: &[u16]| -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    };
    [
        words(&[id, RECURSION_DESIRED, 1, 0, 0, 1]),
        name,
        words(&[question.kind.into(), IN]),
        vec![0],
        words(&[OPT, UDP_SIZE, 0, 0, 0]),
    ]
    .concat()
    // ANCHOR_END: cut-encode_query
}
