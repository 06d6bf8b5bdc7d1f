//! Joins short chunks into long ones.

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};

use crate::Source;

/// Returns the bytes of `source` in chunks of at least `least` bytes.
/// Only the last chunk may be shorter, but it's never empty.
///
/// Every chunk costs the same, whatever its length: a place in each
/// queue, a wakeup on both sides of it, and a write to the sink. A
/// client may send one byte at a time, so chunks from strangers are
/// joined before the first queue.
///
/// Chunks are collected until there are `least` bytes. If nothing has
/// been collected, a chunk that is long enough is passed on without a
/// copy.
///
/// The source is polled only while there are too few bytes, and never
/// after its end or an error. From then on, the returned stream says
/// `None` as often as it's asked. A stream from `stream::try_unfold`
/// does that. One from `stream::unfold` panics instead, unless it's
/// wrapped with `fuse`.
///
/// # Errors
///
/// Yields the error of `source`, unchanged. The chunks collected before
/// an error are dropped, because a sink couldn't use incomplete data
/// anyway.
pub fn joined(source: Source, least: usize) -> Source {
    todo!("chapter 9: chunks of at least {least} bytes")
}
