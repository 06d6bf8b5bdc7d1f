//! From the rows of a cursor to a body.

use backpressure::{AbortOnDrop, ChunkStream, chunk_stream};
use bytes::{Bytes, BytesMut};
use watermark::{Watermarks, Producer, QueueError};

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
    let feeding = feed_rows(cursor, format, producer);
    chunk_stream(consumer, AbortOnDrop::spawn(Box::pin(feeding)))
}

/// Brings the rows of `cursor` into the queue, in `format`.
///
/// They leave in batches: when there are [`BATCH`] bytes or more,
/// at once. When the cursor makes one wait, whatever is there
/// leaves too: nobody waits for rows that are ready. Nothing else
/// makes a batch leave early. What the format begins with goes
/// along with the first rows, and what it ends with goes along
/// with the last ones. A row is never split across two chunks, however long it is, and after
/// a full batch no row is asked for before the queue lets it go
/// on. A batch that leaves early waits for the queue as well, even
/// if the next row comes meanwhile. While this waits, for a row or for the queue, it is polled
/// when there is news, and not over and over.
///
/// After the last row the format ends, and the queue is closed.
/// An error of the cursor fails the queue instead: what the
/// client has must not look whole. Rows that wait in the batch
/// may be lost then. A client that has left ends it at the next
/// chunk, whatever rows are still to come; a cursor that waits is
/// ended by the [`AbortOnDrop`] that owns this.
pub async fn feed_rows<C: Cursor>(
    cursor: C,
    format: Box<dyn Format>,
    producer: Producer<Bytes>,
) {
    // What waits in the queue and the next row are waited for together.
    use futures_util::future::join;
    let (mut cursor, mut format) = (cursor, format);
    let mut batch = BytesMut::new();
    format.start(&mut batch);
    loop {
        if batch.len() >= BATCH
            && send(&mut batch, &producer).await.is_err()
        {
            return;
        }
        let mut next = Box::pin(cursor.next());
        let row = match std::future::poll_fn(|context| {
            std::task::Poll::Ready(next.as_mut().poll(context))
        })
        .await
        {
            std::task::Poll::Ready(row) => row,
            std::task::Poll::Pending => {
                let (sent, row) =
                    join(send(&mut batch, &producer), next).await;
                if sent.is_err() {
                    return;
                }
                row
            }
        };
        match row {
            Ok(Some(row)) => format.row(&row, &mut batch),
            Ok(None) => {
                format.end(&mut batch);
                let _ = send(&mut batch, &producer).await;
                producer.close();
                return;
            }
            Err(error) => {
                // What is there may still be of use.
                let _ = send(&mut batch, &producer).await;
                producer.fail(Box::new(error));
                return;
            }
        }
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
