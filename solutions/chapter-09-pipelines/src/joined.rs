//! Small chunks become large ones.
//!
//! Given: your stages take chunks as they come; this is for chunks of
//! strangers.

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};

use crate::Source;

/// The same bytes in chunks of at least `least` bytes, but for the
/// last one.
///
/// Each chunk costs the same on its way, whatever it holds: a turn
/// in every queue, a wakeup on both sides of it, a write of the
/// sink. A client may send one byte at a time, so whoever takes
/// chunks of strangers joins them before the first queue. Chunks
/// that are long enough pass as they are, and nothing of them is
/// copied.
///
/// A chunk waits here until there is enough. That is right for a
/// file, which nobody reads before it is whole; a conversation
/// would need what has come so far.
///
/// # Errors
///
/// Those of `source`. What waited before one is lost.
pub fn joined(source: Source, least: usize) -> Source {
    let next = move |source: Option<Source>| async move {
        let Some(mut source) = source else {
            return Ok(None);
        };
        let mut joined = BytesMut::new();
        while let Some(chunk) = source.next().await {
            let chunk: Bytes = chunk?;
            if joined.is_empty() && chunk.len() >= least {
                return Ok(Some((chunk, Some(source))));
            }
            joined.extend_from_slice(&chunk);
            if joined.len() >= least {
                return Ok(Some((joined.freeze(), Some(source))));
            }
        }
        let last = joined.freeze();
        Ok((!last.is_empty()).then_some((last, None)))
    };
    stream::try_unfold(Some(source), next).boxed()
}
