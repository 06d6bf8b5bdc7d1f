//! From the rows of a cursor to a body.

use backpressure::{AbortOnDrop, ChunkStream, chunk_stream};
use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use watermark::{Producer, QueueError, Watermarks};

use crate::{Cursor, Format};

/// From how many bytes on a batch of rows leaves: 8 KiB. A row of
/// a table is often shorter than a packet, and each chunk of a
/// body costs a wakeup and a chunk.
pub const BATCH: usize = 8 * 1024;

/// The rows of `cursor` in `format`, as the chunks of a body.
///
/// Reading begins at once, and not with the first poll of the
/// frames: the first batch is made while the head of the response
/// is on its way. A queue with these `marks` stands between the
/// rows and the client, and counts bytes: a stalled client stops
/// the cursor after the high-water mark and a batch of [`BATCH`],
/// however slow the cursor is. Dropping the frames drops the
/// cursor. Must be called inside a runtime.
pub fn rows_to_body<C: Cursor>(
    cursor: C,
    format: Box<dyn Format>,
    marks: Watermarks,
) -> ChunkStream {
    let (producer, consumer) = watermark::queue(marks);
    let feeder =
        async move { feed_rows(cursor, format, producer).await };
    chunk_stream(consumer, AbortOnDrop::spawn(Box::pin(feeder)))
}

/// Brings the rows of `cursor` into the queue, in `format`.
///
/// They leave in batches: when there are [`BATCH`] bytes or more,
/// at once. When the cursor makes one wait, whatever is there
/// leaves too: nobody waits for rows that are ready. Nothing else
/// makes a batch leave early. What the format begins with goes
/// along with the first rows, unless the cursor makes them wait:
/// then it leaves at once, like everything that is there. What it
/// ends with goes along with the last rows. A row is never split
/// across two chunks, however long it is, and after a full batch
/// no row is asked for before the queue lets it go on. A batch
/// that leaves early waits for the queue as well, even if the next
/// row comes meanwhile. While this waits, for a row or for the
/// queue, it is polled when there is news, and not over and over.
///
/// After the last row the format ends, and the queue is closed.
/// An error of the cursor fails the queue instead: what the
/// client has must not look whole. Rows that wait in the batch
/// may be lost then. A client that has left ends it at the next
/// chunk, whatever rows are still to come; a cursor that waits is
/// ended by the [`AbortOnDrop`] that owns this.
pub async fn feed_rows<C: Cursor>(
    mut cursor: C,
    mut format: Box<dyn Format>,
    producer: Producer<Bytes>,
) {
    use futures_util::StreamExt;
    use futures_util::stream::try_unfold;
    // The stream keeps a future that is not done, so `next` may be
    // dropped and asked again.
    let rows = try_unfold(cursor, |mut cursor| async move {
        let row = cursor.next().await?;
        Ok::<_, crate::ExportError>(row.map(|row| (row, cursor)))
    });
    let mut rows = std::pin::pin!(rows);
    let mut batch = BytesMut::new();
    format.start(&mut batch);
    let outcome: Result<(), crate::ExportError> = loop {
        let mut row = rows.next().now_or_never();
        if row.is_none() {
            if send(&mut batch, &producer).await.is_err() {
                return;
            }
            row = Some(rows.next().await);
        }
        match row.flatten() {
            None => break Ok(()),
            Some(Err(error)) => break Err(error),
            Some(Ok(row)) => format.row(&row, &mut batch),
        }
        if batch.len() < BATCH {
            continue;
        }
        if send(&mut batch, &producer).await.is_err() {
            return;
        }
    };
    if let Err(error) = outcome {
        producer.fail(Box::new(error));
        return;
    }
    format.end(&mut batch);
    match send(&mut batch, &producer).await {
        Ok(()) => producer.close(),
        Err(_) => {}
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
