//! A body that's compressed while it's sent.
//!
//! We provide this file: it only connects chapter 9's `pipeline` and
//! `Gzip`, which you have written.

use axum::body::Body;
use backpressure::{AbortOnDrop, CHUNK, FileBody, chunk_stream};
use futures_util::StreamExt;
use pipelines::{BoxError, Gzip, Stage, pipeline};
use tokio::sync::oneshot;
use watermark::{Watermarks, queue};

/// gzip's compression level, of 9. Higher levels take several times as
/// long, and save only a few percent.
const LEVEL: u32 = 4;

/// Returns the bytes of `body`, compressed by chapter 9's gzip. Each
/// queue in between holds at most one chunk above its mark.
///
/// If anything fails, the queue to the client is dropped without being
/// closed, so the response ends incomplete, never as if it were
/// complete. The body's error says why.
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
            // The queue only reports that its producer is gone, not
            // why.
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
