//! The trait for the end of a pipeline, and a queue that is used as a
//! sink.

use std::io;

use bytes::Bytes;
use watermark::Producer;

/// The end of a pipeline, where the bytes go: a file, a client, or
/// another queue.
pub trait Sink: Send + 'static {
    /// Writes one chunk. The pipeline waits until this returns.
    fn write(
        &mut self,
        chunk: Bytes,
    ) -> impl Future<Output = io::Result<()>> + Send;

    /// Completes the output. Called once, after the last chunk, and
    /// never after an error. A sink that's dropped without this call
    /// knows that bytes are missing.
    fn finish(&mut self)
    -> impl Future<Output = io::Result<()>> + Send;
}

/// Makes the producer of a queue a sink, for a queue that feeds an HTTP
/// body. If it's dropped without `finish`, the consumer gets an error,
/// so the body fails instead of ending as if it were complete.
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
