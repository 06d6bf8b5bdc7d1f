//! The records of a message.

use crate::*;

pub fn read_record(
    message: &[u8],
    at: usize,
) -> Result<(Record, usize), NameError> {
    let (name, at) = read_name(message, at)?;
    let (fixed, at) = Fixed::read(message, at)?;
    let end = at + fixed.length;
    if end > message.len() {
        return Err(NameError::Truncated { at: message.len() });
    }
    let held = &message[..end];
    let (data, used) = match RecordType::from(fixed.kind) {
        RecordType::A => {
            let octets: [u8; 4] = bytes_at(held, at)?;
            (RecordData::A(octets.into()), at + 4)
        }
        RecordType::Aaaa => {
            let octets: [u8; 16] = bytes_at(held, at)?;
            (RecordData::Aaaa(octets.into()), at + 16)
        }
        RecordType::Cname => {
            let (target, after) = read_name(held, at)?;
            (RecordData::Cname(target), after)
        }
        RecordType::Soa => {
            let (_, at) = read_name(held, at)?;
            let (_, at) = read_name(held, at)?;
            let minimum = u32::from_be_bytes(bytes_at(held, at + 16)?);
            (RecordData::Soa { minimum }, at + 20)
        }
        RecordType::Other(number) => (RecordData::Other(number), end),
    };
    // Data with something left over is refused here.
    if used != end {
        let what = "a record has more data than its type needs";
        return Err(NameError::Exchange(what.to_owned()));
    }
    let Fixed { ttl, .. } = fixed;
    Ok((Record { name, ttl, data }, end))
}

pub fn read_records(
    message: &[u8],
    at: usize,
    count: u16,
) -> Result<(Vec<Record>, usize), NameError> {
    // Room for no more records than the message can hold: each takes 11 bytes.
    let most = message.len().saturating_sub(at) / 11;
    let mut records = Vec::with_capacity(most.min(count.into()));
    let mut here = at;
    while records.len() < usize::from(count) {
        let (record, next) = read_record(message, here)?;
        records.push(record);
        here = next;
    }
    Ok((records, here))
}
