//! A body that is compressed on its way.
//!
//! Given: chapter 9's `pipeline` and `Gzip`, which you have written.

use axum::body::Body;
use backpressure::{AbortOnDrop, CHUNK, FileBody, chunk_stream};
use futures_util::StreamExt;
use pipelines::{BoxError, Gzip, Stage, pipeline};
use tokio::sync::oneshot;
use watermark::{Watermarks, queue};

/// gzip's compression level, of 9. A higher one takes several
/// times as long, and saves a few hundredths.
const LEVEL: u32 = 4;

/// The bytes of `body` through chapter 9's gzip. Each queue on
/// the way holds at most a chunk beyond its mark.
///
/// When anything fails, the queue to the client is dropped before
/// it is closed: the answer ends incomplete, and never as if it
/// were whole. The body's error says why.
pub(crate) fn gzip(body: FileBody) -> Body {
    let marks = Watermarks::new(CHUNK / 2, CHUNK);
    let (producer, consumer) = queue(marks);
    let (failed, cause) = oneshot::channel();
    let working = async move {
        let stages = vec![Stage::new(Gzip::new(LEVEL))];
        let source = body.into_chunks();
        if let Err(error) =
            pipeline(source, stages, producer, marks).await
        {
            let _ = failed.send(error);
        }
    };
    let feeder = AbortOnDrop::spawn(Box::pin(working));
    let mut cause = Some(cause);
    let chunks = chunk_stream(consumer, feeder).then(move |chunk| {
        let cause = cause.take_if(|_| chunk.is_err());
        async {
            // The queue only knows that its producer is gone.
            match cause {
                Some(cause) => match cause.await {
                    Ok(error) => Err(BoxError::from(error)),
                    Err(_) => chunk,
                },
                None => chunk,
            }
        }
    });
    Body::from_stream(chunks)
}
