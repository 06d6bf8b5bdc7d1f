//! Compresses bytes with gzip.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::task::spawn_blocking;

use crate::{Output, PipelineError, Transform};

/// How many bytes are compressed at once. The result is at most a few
/// bytes longer, so this limits the output, too.
const PART: usize = 64 * 1024;

/// Compresses all bytes into one gzip member (RFC 1952), whose trailer
/// is sent by `finish`.
///
/// At level 9, compressing 64 KiB takes two milliseconds of processor
/// time. That's too long between two awaits, so all of the work happens
/// on the blocking pool, 64 KiB at a time. The compressor's state takes
/// a few hundred KiB.
///
/// Nothing is flushed before the end, so the bytes of a short chunk
/// come out only when there are enough to compress.
pub struct Gzip {
    /// The compressor. `None` while the blocking pool has it, and after
    /// the end.
    encoder: Option<Encoder>,
}

/// Compresses into memory, and the bytes are sent from there.
type Encoder = GzEncoder<Vec<u8>>;

impl Gzip {
    /// Creates a compressor. `level` goes from 0 (no compression) to 9
    /// (smallest and slowest), and anything above means 9.
    pub fn new(level: u32) -> Self {
        let level = Compression::new(level.min(9));
        Self {
            encoder: Some(GzEncoder::new(Vec::new(), level)),
        }
    }

    fn take(&mut self) -> Result<Encoder, PipelineError> {
        let gone = "this compressor was interrupted, or has finished";
        let encoder = self.encoder.take();
        encoder.ok_or_else(|| PipelineError::Stage(gone.into()))
    }
}

impl Transform for Gzip {
    /// Compresses the chunk on the blocking pool, at most [`PART`]
    /// bytes at a time, and sends each result before it compresses the
    /// next bytes. The encoder is moved out of `self` to the pool, and
    /// back again afterward.
    async fn transform(
        &mut self,
        mut input: Bytes,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        //? todo!("chapter 9: compress {} bytes", input.len())
        // ANCHOR: cut-transform
        while !input.is_empty() {
            let part = input.split_to(input.len().min(PART));
            let mut encoder = self.take()?;
            let (encoder, packed) = on_the_pool(move || {
                encoder.write_all(&part)?;
                let packed = std::mem::take(encoder.get_mut());
                Ok((encoder, packed))
            })
            .await?;
            self.encoder = Some(encoder);
            output.send(packed.into()).await?;
        }
        Ok(())
        // ANCHOR_END: cut-transform
    }

    /// Sends the rest of the compressed bytes and the trailer, which is
    /// a CRC-32 and the length. The encoder's `finish` writes them, on
    /// the blocking pool, and consumes the encoder.
    async fn finish(
        &mut self,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        //? todo!("chapter 9: send the trailer")
        // ANCHOR: cut-finish
        let encoder = self.take()?;
        let packed = on_the_pool(move || encoder.finish()).await?;
        output.send(packed.into()).await
        // ANCHOR_END: cut-finish
    }
}

/// Runs `work` on the blocking pool.
///
/// # Errors
///
/// [`PipelineError::Stage`] if the work fails or panics.
async fn on_the_pool<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, PipelineError> {
    //? todo!("chapter 9: work on the blocking pool")
    // ANCHOR: cut-on_the_pool
    let done = spawn_blocking(work).await;
    let done = done.map_err(|error| PipelineError::Stage(error.into()));
    done?.map_err(|error| PipelineError::Stage(error.into()))
    // ANCHOR_END: cut-on_the_pool
}
