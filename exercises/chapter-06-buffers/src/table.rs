//! The first chunks of a source, as a table.
//!
//! We provide this file, which only prints.

use std::io::{self, Read};

use buffers::{Chunks, Utf8Decoder, detach, shorten};
use bytes::Bytes;

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
    /// It is dropped, and a detached copy is kept and shown.
    Copies,
}

/// Reads the first chunks, keeps those that `keep` says to keep, and
/// returns the table.
pub(crate) fn shown(
    source: impl Read,
    size: usize,
    keep: Keep,
) -> io::Result<String> {
    let mut chunks = Chunks::new(source, size);
    let mut decoder = Utf8Decoder::default();
    // After an error, the decoder can't be used anymore.
    let mut wrong = false;
    let (mut read, mut blocks) = (Blocks::default(), Blocks::default());
    let mut kept = Vec::new();
    let mut table = head(keep);
    while let Some(mut chunk) = chunks.next()? {
        read.letter(chunk.as_ptr());
        if let Keep::Copies = keep {
            chunk = detach(&chunk);
        }
        let text = if wrong {
            "—".to_owned()
        } else {
            match decoder.decode(&chunk) {
                Ok(text) => format!("{:?}", shorten(&text, SHOWN)),
                Err(error) => {
                    wrong = true;
                    error.to_string()
                }
            }
        };
        table += &row(&chunk, &mut blocks, &text);
        if let Keep::All | Keep::Copies = keep {
            kept.push(chunk);
        }
        if blocks.rows() == ROWS {
            break;
        }
    }
    let count = read.count();
    table += &format!("read into {count} × {size} bytes\n");
    Ok(table)
}

fn row(chunk: &Bytes, blocks: &mut Blocks, text: &str) -> String {
    let (address, length) = (chunk.as_ptr(), chunk.len());
    let letter = blocks.letter(address);
    let number = blocks.rows();
    let owners = if chunk.is_unique() { "one" } else { "more" };
    format!(
        "{number:>5}  {address:<16?}  {letter:^6}  {length:>6}  \
         {owners:<6}  {text}\n"
    )
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
