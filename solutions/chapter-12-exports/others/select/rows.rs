//! From the rows of a cursor to a body.

use backpressure::{AbortOnDrop, ChunkStream, chunk_stream};
use bytes::{Bytes, BytesMut};
use watermark::{Flow, Watermarks, Producer};

use crate::{Cursor, Format};

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
    let (producer, consumer) = watermark::queue::<Bytes>(marks);
    let feeder = AbortOnDrop::spawn(Box::pin(async move {
        feed_rows(cursor, format, producer).await;
    }));
    chunk_stream(consumer, feeder)
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
    match written(cursor, format, &producer).await {
        Ok(()) => producer.close(),
        Err(Stop::Left) => {}
        Err(Stop::Broken(error)) => producer.fail(error.into()),
    }
}

/// Why not all rows are written.
enum Stop {
    Left,
    Broken(crate::ExportError),
}

async fn written<C: Cursor>(
    mut cursor: C,
    mut format: Box<dyn Format>,
    producer: &Producer<Bytes>,
) -> Result<(), Stop> {
    // Twice: a row may pass the mark.
    let mut batch = BytesMut::with_capacity(2 * BATCH);
    format.start(&mut batch);
    let mut more = true;
    while more {
        {
            let next = cursor.next();
            tokio::pin!(next);
            let row = loop {
                tokio::select! {
                    biased;
                    row = &mut next => break row,
                    () = async {}, if !batch.is_empty() => {
                        leave(&mut batch, producer).await?;
                    }
                }
            };
            match row.map_err(Stop::Broken)? {
                Some(row) => format.row(&row, &mut batch),
                None => more = false,
            }
        }
        while batch.len() >= BATCH {
            leave(&mut batch, producer).await?;
        }
    }
    format.end(&mut batch);
    leave(&mut batch, producer).await
}

async fn leave(
    batch: &mut BytesMut,
    producer: &Producer<Bytes>,
) -> Result<(), Stop> {
    let chunk = Bytes::copy_from_slice(batch);
    batch.clear();
    match producer.push(chunk) {
        Ok(Flow::Ready) => Ok(()),
        Ok(Flow::Wait) => {
            producer.drained().await.map_err(|_| Stop::Left)
        }
        Err(_) => Err(Stop::Left),
    }
}
