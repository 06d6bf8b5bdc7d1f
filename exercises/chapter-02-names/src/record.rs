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
    todo!("chapter 2: read the record at byte {at}")
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
    todo!("chapter 2: read {count} records at byte {at}")
}
