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
/// `Truncated` where the data is longer than the message, or
/// shorter than its type needs.
pub fn read_record(
    message: &[u8],
    at: usize,
) -> Result<(Record, usize), NameError> {
    let (name, at) = read_name(message, at)?;
    let (Fixed { kind, ttl, length }, start) = Fixed::read(message, at)?;
    let end = start + length;
    let held = message
        .get(..end)
        .ok_or(NameError::Truncated { at: message.len() })?;
    let data = match RecordType::from(kind) {
        RecordType::A => RecordData::A(bytes_at::<4>(held, start)?.into()),
        RecordType::Aaaa => RecordData::Aaaa(bytes_at::<16>(held, start)?.into()),
        RecordType::Cname => RecordData::Cname(read_name(held, start)?.0),
        RecordType::Soa => {
            let (_, next) = read_name(held, start)?;
            let (_, next) = read_name(held, next)?;
            let minimum = u32::from_be_bytes(bytes_at(held, next + 16)?);
            RecordData::Soa { minimum }
        }
        RecordType::Other(number) => RecordData::Other(number),
    };
    Ok((Record { name, ttl, data }, end))
}

/// `count` records, the first at `at`, and the offset after the
/// last one. The count is a stranger's word: a message of twelve
/// bytes may announce 65,535 records, so no room is reserved for
/// them. `Truncated` where the message ends before the count is
/// reached.
pub fn read_records(
    message: &[u8],
    at: usize,
    count: u16,
) -> Result<(Vec<Record>, usize), NameError> {
    (0..count).try_fold((Vec::new(), at), |(mut records, at), _| {
        let (record, next) = read_record(message, at)?;
        records.push(record);
        Ok((records, next))
    })
}
