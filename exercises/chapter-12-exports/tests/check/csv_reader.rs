//! A small reader of CSV (RFC 4180), which is strict: whatever
//! another program may stumble over is an error.

/// A field: its text, and whether it stood in quotes.
pub type Field = (String, bool);

/// The records of a text. Each must end with CRLF, and a quote
/// may stand only where the RFC allows it.
pub fn records(text: &str) -> Result<Vec<Vec<Field>>, String> {
    let mut records = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut record = Vec::new();
        loop {
            let (field, after) = field(rest)?;
            record.push(field);
            if let Some(after) = after.strip_prefix(',') {
                rest = after;
            } else if let Some(after) = after.strip_prefix("\r\n") {
                rest = after;
                break;
            } else {
                let seen: String = after.chars().take(20).collect();
                return Err(format!("{seen:?} behind a field"));
            }
        }
        records.push(record);
    }
    Ok(records)
}

fn field(text: &str) -> Result<(Field, &str), String> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find([',', '\r', '\n', '"']);
        let end = end.ok_or("the last line has no end")?;
        let (field, rest) = text.split_at(end);
        return Ok(((field.to_owned(), false), rest));
    };
    let mut field = String::new();
    loop {
        let end = rest.find('"').ok_or("a quote is not closed")?;
        field.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        let Some(after) = rest.strip_prefix('"') else {
            return Ok(((field, true), rest));
        };
        field.push('"');
        rest = after;
    }
}
