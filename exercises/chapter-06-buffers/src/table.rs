//! The first chunks of a source, as a table.

use std::fmt::Write;
use std::io::{self, Read};

use buffers::{Chunks, Utf8Decoder, detach, shorten};

use crate::blocks::Blocks;

/// How many chunks a table shows.
const ROWS: usize = 8;
/// How many bytes of a chunk's text are shown.
const SHOWN: usize = 40;

/// What happens to a chunk before the next one is read.
#[derive(Clone, Copy)]
pub(crate) enum Keep {
    /// It is dropped.
    None,
    /// It is kept.
    All,
    /// It is dropped, and a detached copy is kept.
    Copies,
}

/// Reads the first chunks and keeps what it is told to keep.
pub(crate) fn shown(
    source: impl Read,
    size: usize,
    keep: Keep,
) -> io::Result<String> {
    let mut chunks = Chunks::new(source, size);
    let mut decoder = Utf8Decoder::default();
    let mut blocks = Blocks::default();
    let mut kept = Vec::new();
    let mut table = head(keep);
    for number in 1..=ROWS {
        let Some(chunk) = chunks.next()? else { break };
        let text = match decoder.decode(&chunk) {
            Ok(text) => format!("{:?}", shorten(&text, SHOWN)),
            Err(error) => error.to_string(),
        };
        let (address, length) = (chunk.as_ptr(), chunk.len());
        let letter = blocks.letter(address);
        let owners = if chunk.is_unique() { "one" } else { "more" };
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            table,
            "{number:>5}  {address:<16?}  {letter:^6}  {length:>6}  \
             {owners:<6}  {text}"
        );
        match keep {
            Keep::None => drop(chunk),
            Keep::All => kept.push(chunk),
            Keep::Copies => kept.push(detach(&chunk)),
        }
    }
    let count = blocks.count();
    let _ = writeln!(table, "memory: {count} of {size} bytes");
    Ok(table)
}

fn head(keep: Keep) -> String {
    let what = match keep {
        Keep::None => "Each chunk is dropped before the next one:",
        Keep::All => "Each chunk is kept:",
        Keep::Copies => "A detached copy of each chunk is kept:",
    };
    format!(
        "\n{what}\n\
         chunk  address           memory  length  owners  text\n"
    )
}
