//! Small chunks become large ones.

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};

use crate::Source;

/// The same bytes in chunks of at least `least` bytes, but for the
/// last one, which is never empty.
///
/// Each chunk costs the same on its way, whatever it holds: a turn
/// in every queue, a wakeup on both sides of it, a write of the
/// sink. A client may send one byte at a time, so whoever takes
/// chunks of strangers joins them before the first queue.
///
/// Chunks are collected until there are `least` bytes, and leave
/// as one. A chunk that is that long already, and comes when none
/// is waiting, passes as it is: its bytes aren't copied.
///
/// The source is asked only while bytes are missing, and never
/// after its end or its error. Nothing comes after either.
///
/// # Errors
///
/// Those of `source`, as they were. Chunks that waited before an
/// error are dropped: their sink couldn't use half of what it
/// expects.
pub fn joined(source: Source, least: usize) -> Source {
    todo!("chapter 9: chunks of at least {least} bytes")
}
