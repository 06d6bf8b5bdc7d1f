//! Counts the bytes that have arrived at a sink.

use std::io;

use bytes::Bytes;

use crate::Sink;

/// Wraps a sink, and reports how many bytes it has written.
pub struct Progress<K> {
    sink: K,
    /// Called with the number of bytes so far.
    report: Box<dyn FnMut(u64) + Send>,
    /// Bytes that the inner sink has written.
    total: u64,
}

impl<K: Sink> Progress<K> {
    /// Wraps `sink`, and calls `report` after each chunk with the
    /// number of bytes that `sink` has written so far.
    pub fn new(sink: K, report: Box<dyn FnMut(u64) + Send>) -> Self {
        Self {
            sink,
            report,
            total: 0,
        }
    }
}

impl<K: Sink> Sink for Progress<K> {
    /// Passes the chunk to the inner sink, unchanged and in one call,
    /// and counts it once that call has completed.
    ///
    /// A write that's dropped while it waits isn't counted.
    ///
    /// # Errors
    ///
    /// Returns the error of the inner sink, unchanged. A chunk whose
    /// write failed isn't counted.
    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        //? todo!("chapter 9: write {} bytes, then count", chunk.len())
        // ANCHOR: cut-write
        let length = chunk.len() as u64;
        self.sink.write(chunk).await?;
        self.total += length;
        (self.report)(self.total);
        Ok(())
        // ANCHOR_END: cut-write
    }

    /// Finishes the inner sink, once, and reports nothing.
    ///
    /// # Errors
    ///
    /// Returns the error of the inner sink, unchanged.
    async fn finish(&mut self) -> io::Result<()> {
        //? todo!("chapter 9: finish the inner sink")
        // ANCHOR: cut-finish
        self.sink.finish().await
        // ANCHOR_END: cut-finish
    }
}
