//! A `BytesMut`, step by step.
//!
//! We provide this file: it only prints what the crate `bytes` does.

use bytes::{Bytes, BytesMut};

/// Returns a table of what each step leaves behind: where the buffer
/// begins, counted from the beginning of its first memory, and its
/// length and capacity.
pub(crate) fn shown() -> String {
    let mut log = Log::default();
    // ANCHOR: steps
    let mut buffer = BytesMut::with_capacity(64);
    log.note("with_capacity(64)", &buffer);
    buffer.extend_from_slice(&[b'x'; 48]);
    log.note("extend_from_slice(48 bytes)", &buffer);
    let front: Bytes = buffer.split_to(40).freeze();
    log.note("split_to(40).freeze()", &buffer);
    drop(front);
    buffer.reserve(56);
    log.note("drop that, reserve(56)", &buffer);
    let front: Bytes = buffer.split_to(8).freeze();
    log.note("split_to(8).freeze()", &buffer);
    buffer.reserve(64);
    log.note("keep that, reserve(64)", &buffer);
    drop(front);
    // ANCHOR_END: steps
    log.text
}

struct Log {
    text: String,
    first: Option<*const u8>,
}

impl Default for Log {
    fn default() -> Self {
        let text = "\nOne BytesMut:\n\
                    step                         length  capacity  memory\n";
        Self {
            text: text.to_owned(),
            first: None,
        }
    }
}

impl Log {
    fn note(&mut self, step: &str, buffer: &BytesMut) {
        let first = *self.first.get_or_insert(buffer.as_ptr());
        let moved = (buffer.as_ptr() as usize)
            .checked_sub(first as usize)
            .filter(|&moved| moved <= 64);
        let memory = match moved {
            Some(0) => "its first".to_owned(),
            Some(moved) => format!("its first, from byte {moved}"),
            None => "another".to_owned(),
        };
        let (length, capacity) = (buffer.len(), buffer.capacity());
        self.text += &format!(
            "{step:<27}  {length:>6}  {capacity:>8}  {memory}\n"
        );
    }
}
