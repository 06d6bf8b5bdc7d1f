//! The records of a message.

use crate::RecordType::{A, Aaaa, Cname, Other, Soa};
use crate::{
    Fixed, NameError, Record, RecordData, RecordType, bytes_at,
    read_name,
};

/// Reads the record at `at`. Returns the record and the offset of the
/// next one. That offset follows from the record's length field alone,
/// whatever the data contains.
///
/// A record is a name, the ten bytes of [`Fixed`], and the data. The
/// data depends on the type (RFC 1035, section 3.3; RFC 3596):
///
/// - `A` is 4 bytes, and `AAAA` is 16;
/// - `CNAME` is a name, which may point into the message;
/// - `SOA` is two names and five 32-bit numbers, the last of which is
///   the `minimum`;
/// - any other type is skipped, and only its number is kept.
///
/// # Errors
///
/// `Truncated` if the message ends within the record or before it, or
/// if the data is shorter than its type needs. Its `at` is the end of
/// the message in the first case, and the end of the data in the
/// second. If `read_name` rejects a name, its error is returned.
///
/// Data that is longer than its type needs may be accepted or rejected.
/// If you accept it, the next record still begins where the length
/// says.
pub fn read_record(
    message: &[u8],
    at: usize,
) -> Result<(Record, usize), NameError> {
    //? todo!("chapter 2: read the record at byte {at}")
    // ANCHOR: cut-read_record
    let (name, at) = read_name(message, at)?;
    let (fixed, at) = Fixed::read(message, at)?;
    let end = at + fixed.length;
    // Slice off what follows the data, but keep what precedes it,
    // because the pointers in a name lead backward.
    let cut = NameError::Truncated { at: message.len() };
    let message = message.get(..end).ok_or(cut)?;
    let data = match RecordType::from(fixed.kind) {
        A => RecordData::A(bytes_at::<4>(message, at)?.into()),
        Aaaa => RecordData::Aaaa(bytes_at::<16>(message, at)?.into()),
        Cname => RecordData::Cname(read_name(message, at)?.0),
        Soa => {
            let (_, at) = read_name(message, at)?;
            let (_, at) = read_name(message, at)?;
            let minimum = bytes_at(message, at + 16)?;
            let minimum = u32::from_be_bytes(minimum);
            RecordData::Soa { minimum }
        }
        Other(number) => RecordData::Other(number),
    };
    let ttl = fixed.ttl;
    Ok((Record { name, ttl, data }, end))
    // ANCHOR_END: cut-read_record
}

/// Reads `count` records, of which the first is at `at`. Returns them
/// and the offset after the last one, or `at` if the count is 0.
///
/// Don't reserve memory for `count` records. The count comes from a
/// stranger, and a message of twelve bytes can announce 65,535 records.
///
/// # Errors
///
/// The first error of `read_record`, which is `Truncated` if the
/// message ends before the count is reached.
pub fn read_records(
    message: &[u8],
    at: usize,
    count: u16,
) -> Result<(Vec<Record>, usize), NameError> {
    //? todo!("chapter 2: read {count} records at byte {at}")
    // ANCHOR: cut-read_records
    let (mut records, mut at) = (Vec::new(), at);
    for _ in 0..count {
        let record;
        (record, at) = read_record(message, at)?;
        records.push(record);
    }
    Ok((records, at))
    // ANCHOR_END: cut-read_records
}
