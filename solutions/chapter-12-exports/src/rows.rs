//! Turns the rows of a cursor into a body.

use backpressure::{AbortOnDrop, ChunkStream, chunk_stream};
use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use watermark::{Producer, QueueError, Watermarks};

use crate::{Cursor, Format};

/// The number of bytes from which on a batch of rows is sent: 8 KiB. A
/// row is often shorter than a packet, and each chunk of a body costs a
/// wakeup.
pub const BATCH: usize = 8 * 1024;

/// Returns the rows of `cursor` in `format`, as the chunks of a body.
///
/// Reading begins at once and doesn't wait for the first poll, so the
/// first batch is made while the head of the response is on its way. A
/// queue with these `marks` stands between the rows and the client, and
/// counts bytes. A client that stalls stops the cursor after the
/// high-water mark and a batch of [`BATCH`], however slow the cursor
/// is. Dropping the chunks drops the cursor. Must be called inside a
/// runtime.
pub fn rows_to_body<C: Cursor>(
    cursor: C,
    format: Box<dyn Format>,
    marks: Watermarks,
) -> ChunkStream {
    //? todo!("chapter 12: a body of rows, with {marks:?}")
    // ANCHOR: cut-rows_to_body
    let (producer, consumer) = watermark::queue(marks);
    let feeding = feed_rows(cursor, format, producer);
    chunk_stream(consumer, AbortOnDrop::spawn(Box::pin(feeding)))
    // ANCHOR_END: cut-rows_to_body
}

/// Sends the rows of `cursor` to the queue, in `format`.
///
/// A batch is sent for one of two reasons: it has [`BATCH`] bytes or
/// more, or the cursor makes us wait, because nobody should wait for
/// rows that are ready. The beginning of the format goes along with the
/// first rows, unless the cursor makes them wait. Its end goes along
/// with the last rows. A row is never split across two chunks, however
/// long it is.
///
/// After each batch, no row is asked for before the queue has room
/// again, even if the next row is ready meanwhile. While this waits,
/// for a row or for the queue, it's polled only when something has
/// happened.
///
/// After the last row the format ends, and the queue is closed. If the
/// cursor fails, so does the queue, so what the client has doesn't look
/// complete; rows that wait in the batch may be lost then. If the
/// client has disconnected, this ends at the next chunk. A cursor that
/// waits is ended by the [`AbortOnDrop`] that owns this.
pub async fn feed_rows<C: Cursor>(
    mut cursor: C,
    mut format: Box<dyn Format>,
    producer: Producer<Bytes>,
) {
    //? todo!("chapter 12: send rows to the queue")
    // ANCHOR: cut-feed_rows
    let mut batch = BytesMut::new();
    format.start(&mut batch);
    loop {
        let mut next = std::pin::pin!(cursor.next());
        let row = match next.as_mut().now_or_never() {
            Some(row) => row,
            None if send(&mut batch, &producer).await.is_err() => {
                return;
            }
            None => next.await,
        };
        match row {
            Ok(Some(row)) => format.row(&row, &mut batch),
            Ok(None) => break,
            Err(error) => return producer.fail(error.into()),
        }
        let full = batch.len() >= BATCH;
        if full && send(&mut batch, &producer).await.is_err() {
            return;
        }
    }
    format.end(&mut batch);
    if send(&mut batch, &producer).await.is_ok() {
        producer.close();
    }
    // ANCHOR_END: cut-feed_rows
}

/// Sends what's in `batch`, unless it's empty, and leaves it empty.
/// Waits until the queue has room.
///
/// # Errors
///
/// The client has disconnected.
async fn send(
    batch: &mut BytesMut,
    producer: &Producer<Bytes>,
) -> Result<(), QueueError> {
    if batch.is_empty() {
        return Ok(());
    }
    // All of its memory goes: a chunk weighs what it holds.
    producer.send(std::mem::take(batch).freeze()).await
}
