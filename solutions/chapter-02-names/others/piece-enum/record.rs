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
    if message.len() < end {
        return Err(NameError::Truncated { at: message.len() });
    }
    let (data, used) = read_data(message, start, kind.into())?;
    let used = used.unwrap_or(end);
    if end < used {
        return Err(NameError::Truncated { at: end });
    }
    Ok((Record { name, ttl, data }, end))
}

/// The data at `at`, and the offset of what it needed; a type that
/// is not known needs whatever there is.
fn read_data(
    message: &[u8],
    at: usize,
    kind: RecordType,
) -> Result<(RecordData, Option<usize>), NameError> {
    Ok(match kind {
        RecordType::A => {
            let octets: [u8; 4] = bytes_at(message, at)?;
            (RecordData::A(octets.into()), Some(at + 4))
        }
        RecordType::Aaaa => {
            let octets: [u8; 16] = bytes_at(message, at)?;
            (RecordData::Aaaa(octets.into()), Some(at + 16))
        }
        RecordType::Cname => {
            let (target, after) = read_name(message, at)?;
            (RecordData::Cname(target), Some(after))
        }
        RecordType::Soa => {
            let (_, at) = read_name(message, at)?;
            let (_, at) = read_name(message, at)?;
            let numbers: [u8; 20] = bytes_at(message, at)?;
            let [.., a, b, c, d] = numbers;
            let minimum = u32::from_be_bytes([a, b, c, d]);
            (RecordData::Soa { minimum }, Some(at + numbers.len()))
        }
        RecordType::Other(number) => (RecordData::Other(number), None),
    })
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
