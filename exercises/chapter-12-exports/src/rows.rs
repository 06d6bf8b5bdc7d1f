//! Turns the rows of a cursor into a body.

use backpressure::{AbortOnDrop, ChunkStream, chunk_stream};
use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use watermark::{Producer, QueueError, Watermarks};

use crate::{Cursor, Format};

/// How many bytes make a batch of rows long enough to be sent: 8 KiB. A
/// row is often shorter than a packet, and each chunk of a body costs a
/// wakeup.
pub const BATCH: usize = 8 * 1024;

/// Returns the rows of `cursor`, written in `format`, as the chunks of
/// a body.
///
/// Reading begins at once, before the first poll, so the first batch is
/// made while the head of the response is being sent. Between the rows
/// and the client there's a queue with these `marks`, which counts
/// bytes. If the client stalls, the cursor stops after at most the
/// high-water mark plus one batch of [`BATCH`] bytes, however slow the
/// cursor is. Dropping the chunks drops the cursor. Must be called
/// inside a runtime.
pub fn rows_to_body<C: Cursor>(
    cursor: C,
    format: Box<dyn Format>,
    marks: Watermarks,
) -> ChunkStream {
    todo!("chapter 12: a body of rows, with {marks:?}")
}

/// Sends the rows of `cursor` to the queue, in `format`.
///
/// A batch is sent when it has [`BATCH`] bytes or more, or when the
/// next row isn't ready, because the client shouldn't have to wait for
/// rows that are. The beginning of the format is sent together with the
/// first rows, unless these aren't ready. Its end is sent together with
/// the last rows. A row is never split across two chunks, however long
/// it is.
///
/// After each batch, the next row is asked for only when the queue has
/// room again. While this waits for a row or for the queue, it's polled
/// only when something has changed.
///
/// After the last row the format ends, and the queue is closed. If the
/// cursor fails, the queue fails, too, so that the response doesn't
/// look complete; rows in the unfinished batch may be lost. If the
/// client has disconnected, this function ends at the next chunk. If
/// it's waiting for the cursor, the [`AbortOnDrop`] that owns this task
/// aborts it.
pub async fn feed_rows<C: Cursor>(
    mut cursor: C,
    mut format: Box<dyn Format>,
    producer: Producer<Bytes>,
) {
    todo!("chapter 12: send rows to the queue")
}

/// Sends the contents of `batch`, unless it's empty, and leaves it
/// empty. Waits until the queue has room.
///
/// # Errors
///
/// Returns an error if the client has disconnected.
async fn send(
    batch: &mut BytesMut,
    producer: &Producer<Bytes>,
) -> Result<(), QueueError> {
    if batch.is_empty() {
        return Ok(());
    }
    // Sends its memory along, because a chunk must not keep more than
    // it weighs.
    producer.send(std::mem::take(batch).freeze()).await
}
