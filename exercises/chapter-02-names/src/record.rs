//! The records of a message.

use crate::RecordType::{A, Aaaa, Cname, Other, Soa};
use crate::{
    Fixed, NameError, Record, RecordData, RecordType, bytes_at,
    read_name,
};

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
/// `Truncated` where the message ends within the record or before
/// it, or the data is shorter than its type needs; its `at` is the
/// end of the message or of the data. A name that `read_name`
/// refuses is refused here with the same error. Data with
/// something left over may be taken or refused; if it is taken,
/// the next record still begins where the length says.
pub fn read_record(
    message: &[u8],
    at: usize,
) -> Result<(Record, usize), NameError> {
    todo!("chapter 2: read the record at byte {at}")
}

/// `count` records, the first at `at`, and the offset after the
/// last one. The count is a stranger's word: a message of twelve
/// bytes may announce 65,535 records, so no room is reserved for
/// them. Errors are those of `read_record`, and the first one ends
/// it: `Truncated` where the message ends before the count is
/// reached. A count of 0 gives `at` back.
pub fn read_records(
    message: &[u8],
    at: usize,
    count: u16,
) -> Result<(Vec<Record>, usize), NameError> {
    todo!("chapter 2: read {count} records at byte {at}")
}
