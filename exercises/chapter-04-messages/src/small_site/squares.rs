//! A download whose length isn't known when it begins.
//!
//! We provide this file, as an example of a body that needs the chunked
//! coding.

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;

use crate::{Fields, MessageError, Reply, ReplyBody};

/// How many lines the table has.
const LINES: u64 = 20_000;
/// How many lines a chunk has.
const CHUNK: u64 = 1_000;

/// Returns a table of squares, line by line. Each chunk is made when
/// the client has taken the previous one.
pub(crate) fn reply() -> Result<Reply, MessageError> {
    let mut fields = Fields::default();
    fields.push("Content-Type", "text/csv; charset=utf-8")?;
    let name = "attachment; filename=\"squares.csv\"";
    fields.push("Content-Disposition", name)?;
    let chunks = (0..LINES).step_by(CHUNK as usize).map(|first| {
        let lines = (first..first + CHUNK).map(line);
        Ok(Bytes::from(lines.collect::<String>()))
    });
    Ok(Reply {
        status: 200,
        fields,
        body: ReplyBody::Chunks(stream::iter(chunks).boxed()),
    })
}

fn line(number: u64) -> String {
    format!("{number},{}\n", number * number)
}
