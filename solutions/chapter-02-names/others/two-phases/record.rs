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
    let (Fixed { kind, ttl, length }, start) = Fixed::read(message, at)?;
    let end = start + length;
    if end > message.len() {
        return Err(NameError::Truncated { at: message.len() });
    }
    let short = NameError::Truncated { at: end };
    let data = match (RecordType::from(kind), &message[start..end]) {
        (RecordType::A, &[a, b, c, d]) => {
            RecordData::A([a, b, c, d].into())
        }
        (RecordType::A, _) => return Err(short),
        (RecordType::Aaaa, octets) => {
            let octets: [u8; 16] =
                octets.try_into().map_err(|_| short)?;
            RecordData::Aaaa(octets.into())
        }
        (RecordType::Cname, _) => {
            let (target, after) = read_name(&message[..end], start)?;
            if after != end {
                return Err(short);
            }
            RecordData::Cname(target)
        }
        (RecordType::Soa, _) => {
            let before = &message[..end];
            let (_, second) = read_name(before, start)?;
            let (_, numbers) = read_name(before, second)?;
            let numbers: [u8; 20] = before[numbers..]
                .try_into()
                .map_err(|_| short)?;
            let [.., a, b, c, d] = numbers;
            RecordData::Soa { minimum: u32::from_be_bytes([a, b, c, d]) }
        }
        (RecordType::Other(number), _) => RecordData::Other(number),
    };
    Ok((Record { name, ttl, data }, end))
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
    let mut next = at;
    let records = (0..count)
        .map(|_| {
            let (record, after) = read_record(message, next)?;
            next = after;
            Ok(record)
        })
        .collect::<Result<Vec<Record>, NameError>>()?;
    Ok((records, next))
    // ANCHOR_END: cut-read_records
}
