//! The trait for the far end of a pipeline, and the queue as a sink.

use std::io;

use bytes::Bytes;
use watermark::Producer;

/// The far end of a pipeline: a file, a client, another queue.
pub trait Sink: Send + 'static {
    /// Writes one chunk. The pipeline waits as long as this does.
    fn write(
        &mut self,
        chunk: Bytes,
    ) -> impl Future<Output = io::Result<()>> + Send;

    /// Completes what was written. Called once, after the last
    /// chunk, and never after an error. A sink that's dropped
    /// without it knows that something is missing.
    fn finish(&mut self)
    -> impl Future<Output = io::Result<()>> + Send;
}

/// The queue before an HTTP body. If it's dropped without `finish`,
/// its consumer learns that the producer vanished, so the body fails
/// instead of ending as if it were complete.
impl Sink for Producer<Bytes> {
    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        let sent = self.send(chunk).await;
        sent.map_err(|left| {
            io::Error::new(io::ErrorKind::BrokenPipe, left)
        })
    }

    async fn finish(&mut self) -> io::Result<()> {
        self.close();
        Ok(())
    }
}
