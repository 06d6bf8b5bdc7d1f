//! Where the bytes end up.
//!
//! Given: a trait with one implementation; your pipeline meets it.

use std::io;

use bytes::Bytes;
use watermark::Producer;

/// The far end of a pipeline: a file, a client, another queue.
pub trait Sink: Send + 'static {
    /// Takes one chunk. While this waits, the pipeline does.
    fn write(
        &mut self,
        chunk: Bytes,
    ) -> impl Future<Output = io::Result<()>> + Send;

    /// Makes what was written complete. Called once, after the
    /// last chunk, and never after an error: a sink that is
    /// dropped without it knows that something is missing.
    fn finish(&mut self)
    -> impl Future<Output = io::Result<()>> + Send;
}

/// An HTTP body is at the far end of this queue. Dropped without
/// `finish`, the queue tells its consumer that the producer
/// vanished: the body fails, and never ends as if it were whole.
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
