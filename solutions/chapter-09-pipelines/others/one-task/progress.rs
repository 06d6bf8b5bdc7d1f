//! Progress: how much has arrived.

use std::io;

use bytes::Bytes;

use crate::Sink;

/// A sink around a sink, that tells how much the inner one has
/// written.
pub struct Progress<K> {
    sink: K,
    /// Told the bytes so far.
    report: Box<dyn FnMut(u64) + Send>,
    /// Bytes that the inner sink has written.
    total: u64,
}

impl<K: Sink> Progress<K> {
    /// Tells `report` after each chunk how many bytes the inner
    /// sink has written so far.
    pub fn new(sink: K, report: Box<dyn FnMut(u64) + Send>) -> Self {
        Self {
            sink,
            report,
            total: 0,
        }
    }
}

impl<K: Sink> Sink for Progress<K> {
    /// Writes the chunk, and counts it when the inner sink has
    /// taken it: what waits has not arrived. What fails is not
    /// counted, and its error is given on.
    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        let before = self.total;
        let length = chunk.len() as u64;
        match self.sink.write(chunk).await {
            Err(error) => Err(error),
            Ok(()) => {
                self.total = before + length;
                (self.report)(self.total);
                Ok(())
            }
        }
    }

    /// Finishes the inner sink.
    async fn finish(&mut self) -> io::Result<()> {
        self.sink.finish().await?;
        Ok(())
    }
}
