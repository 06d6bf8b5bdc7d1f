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
    let (name, fixed_at) = read_name(message, at)?;
    let (fixed, start) = Fixed::read(message, fixed_at)?;
    let end = start + fixed.length;
    if message.len() < end {
        let at = message.len();
        return Err(NameError::Truncated { at });
    }
    let short = || NameError::Truncated { at: end };
    let octets = &message[start..end];
    let data = match RecordType::from(fixed.kind) {
        RecordType::A => octets
            .first_chunk::<4>()
            .map(|octets| RecordData::A((*octets).into()))
            .ok_or_else(short)?,
        RecordType::Aaaa => octets
            .first_chunk::<16>()
            .map(|octets| RecordData::Aaaa((*octets).into()))
            .ok_or_else(short)?,
        RecordType::Cname => {
            RecordData::Cname(read_name(&message[..end], start)?.0)
        }
        RecordType::Soa => {
            let message = &message[..end];
            let (_, at) = read_name(message, start)?;
            let (_, at) = read_name(message, at)?;
            let numbers: Vec<u32> = message[at..]
                .chunks_exact(4)
                .map(|four| {
                    four.iter().fold(0, |sum, byte| {
                        (sum << 8) | u32::from(*byte)
                    })
                })
                .collect();
            let minimum = *numbers.get(4).ok_or_else(short)?;
            RecordData::Soa { minimum }
        }
        RecordType::Other(number) => RecordData::Other(number),
    };
    Ok((Record { name, ttl: fixed.ttl, data }, end))
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
    (0..count).try_fold((Vec::new(), at), |(mut records, at), _| {
        let (record, at) = read_record(message, at)?;
        records.push(record);
        Ok((records, at))
    })
    // ANCHOR_END: cut-read_records
}
