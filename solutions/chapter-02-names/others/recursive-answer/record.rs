//! The records of a message.

use crate::*;

/// The record at `at`, and the offset of the next one: that is
/// where its length says, whatever was in it.
///
/// A record is a name, the ten octets of [`Fixed`], and the
/// data. Of the types (RFC 1035, section 3.3; RFC 3596):
///
/// - `A` is 4 octets, `AAAA` is 16;
/// - `CNAME` is a name, which may point into the message;
/// - `SOA` is two names and five numbers of 32 bits, of which
///   the last is the `minimum`;
/// - any other type is stepped over, and only its number kept.
///
/// `Truncated` where the message ends within the record, or the
/// data is shorter than its type needs; its `at` is the end of
/// the message or of the data. Data with something left over may
/// be taken or refused; if it is taken, the next record still
/// begins where the length says.
pub fn read_record(
    message: &[u8],
    at: usize,
) -> Result<(Record, usize), NameError> {
    //? let length = message.len();
    //? todo!("chapter 2: read the record at byte {at} of {length}")
    // ANCHOR: cut-read_record
    let (name, at) = read_name(message, at)?;
    let (fixed, at) = Fixed::read(message, at)?;
    let next = at + fixed.length;
    let end = next.min(message.len());
    let within = &message[..end];
    let kind = RecordType::from(fixed.kind);
    let data = if kind == RecordType::A {
        let octets: [u8; 4] = bytes_at(within, at)?;
        RecordData::A(octets.into())
    } else if kind == RecordType::Aaaa {
        let octets: [u8; 16] = bytes_at(within, at)?;
        RecordData::Aaaa(octets.into())
    } else if kind == RecordType::Cname {
        RecordData::Cname(read_name(within, at)?.0)
    } else if kind == RecordType::Soa {
        let mut at = at;
        for _ in 0..2 {
            at = read_name(within, at)?.1;
        }
        let mut minimum = 0;
        for _ in 0..5 {
            minimum = u32::from_be_bytes(bytes_at(within, at)?);
            at += 4;
        }
        RecordData::Soa { minimum }
    } else {
        RecordData::Other(kind.into())
    };
    if next > message.len() {
        return Err(NameError::Truncated { at: message.len() });
    }
    Ok((Record { name, ttl: fixed.ttl, data }, next))
    // ANCHOR_END: cut-read_record
}

/// `count` records, the first at `at`, and the offset after the
/// last one. The count is a stranger's word: a message of twelve
/// bytes may announce 65,535 records, so no room is reserved for
/// them. Errors are those of `read_record`: `Truncated` where the
/// message ends before the count is reached.
pub fn read_records(
    message: &[u8],
    at: usize,
    count: u16,
) -> Result<(Vec<Record>, usize), NameError> {
    //? let length = message.len();
    //? todo!("chapter 2: read {count} records at {at} of {length}")
    // ANCHOR: cut-read_records
    let mut records = std::collections::VecDeque::new();
    let mut next = at;
    while records.len() < usize::from(count) {
        let (record, after) = read_record(message, next)?;
        records.push_back(record);
        next = after;
    }
    Ok((records.into(), next))
    // ANCHOR_END: cut-read_records
}
