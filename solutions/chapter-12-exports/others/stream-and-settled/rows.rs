//! From the rows of a cursor to a body.

use std::pin::pin;

use backpressure::{AbortOnDrop, ChunkStream, chunk_stream};
use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt, StreamExt, stream};
use watermark::{Watermarks, Producer, QueueError, queue};

use crate::{Cursor, ExportError, Format};

/// From how many bytes on a batch of rows leaves: 8 KiB. A row of
/// a table is often shorter than a packet, and each chunk of a
/// body costs a wakeup and a chunk.
pub const BATCH: usize = 8 * 1024;

/// The rows of `cursor` in `format`, as the chunks of a body.
///
/// A queue with these `marks` stands between the rows and the
/// client, and counts bytes: a stalled client stops the cursor
/// after the high-water mark and a batch. Whoever drops the frames
/// drops the cursor. Must be called inside a runtime.
pub fn rows_to_body<C: Cursor>(
    cursor: C,
    format: Box<dyn Format>,
    marks: Watermarks,
) -> ChunkStream {
    let (producer, consumer) = queue(marks);
    let feeding = feed_rows(cursor, format, producer);
    chunk_stream(consumer, AbortOnDrop::spawn(feeding.boxed()))
}

/// Brings the rows of `cursor` into the queue, in `format`.
///
/// They leave in batches: when there are [`BATCH`] bytes or more,
/// at once. When the cursor makes one wait, whatever is there
/// leaves too: nobody waits for rows that are ready. A row is
/// never split across two chunks, however long it is, and after
/// a full batch no row is asked for before the queue lets it go
/// on. While this waits, for a row or for the queue, it is polled
/// when there is news, and not over and over.
///
/// After the last row the format ends, and the queue is closed.
/// An error of the cursor fails the queue instead: what the
/// client has must not look whole. A client that has left ends
/// it, whatever rows are still to come.
pub async fn feed_rows<C: Cursor>(
    cursor: C,
    format: Box<dyn Format>,
    producer: Producer<Bytes>,
) {
    let mut format = format;
    let mut batch = BytesMut::new();
    format.start(&mut batch);
    // The stream keeps a question that was asked: to look at it
    // for a moment takes no row away.
    let rows = stream::try_unfold(cursor, async |mut cursor| {
        Ok::<_, ExportError>(
            cursor.next().await?.map(|row| (row, cursor)),
        )
    });
    let mut rows = pin!(rows);
    loop {
        let row = match rows.next().now_or_never() {
            Some(ready) => ready,
            None => {
                if send(&mut batch, &producer).await.is_err() {
                    return;
                }
                rows.next().await
            }
        };
        match row {
            Some(Ok(row)) => format.row(&row, &mut batch),
            Some(Err(error)) => return producer.fail(error.into()),
            None => break,
        }
        if batch.len() >= BATCH
            && send(&mut batch, &producer).await.is_err()
        {
            return;
        }
    }
    format.end(&mut batch);
    if send(&mut batch, &producer).await.is_ok() {
        producer.close();
    }
}

/// Sends what is in `batch`, if there is something, and leaves it
/// empty. Waits as the queue says. An error: the client has left.
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
