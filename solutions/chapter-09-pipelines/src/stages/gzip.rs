//! A stage that compresses.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::task::spawn_blocking;

use crate::{Output, PipelineError, Transform};

/// How much is compressed at once, in bytes. What comes out of it
/// is no longer, but for a few bytes: so the output has a bound
/// too.
const PART: usize = 64 * 1024;

/// Compresses all bytes into one member of gzip (RFC 1952). The
/// decompressor needs its trailer, which `finish` sends.
///
/// At level 9, a part of 64 KiB keeps a processor busy for two
/// milliseconds. That is too long between two awaits, so all of
/// the work happens on the blocking pool, part by part. The state
/// takes a few hundred KiB.
///
/// Nothing is flushed before the end: a small chunk comes out
/// when there is enough to compress.
pub struct Gzip {
    /// `None` while the pool has it, and after the end.
    encoder: Option<Encoder>,
}

/// It writes into memory, from where it is sent.
type Encoder = GzEncoder<Vec<u8>>;

impl Gzip {
    /// From 0, no compression, to 9, the best and slowest. A
    /// higher level means 9.
    pub fn new(level: u32) -> Self {
        let level = Compression::new(level.min(9));
        Self {
            encoder: Some(GzEncoder::new(Vec::new(), level)),
        }
    }

    fn take(&mut self) -> Result<Encoder, PipelineError> {
        let gone = "gzip was stopped in the middle, or is finished";
        let encoder = self.encoder.take();
        encoder.ok_or_else(|| PipelineError::Stage(gone.into()))
    }
}

impl Transform for Gzip {
    /// Compresses the chunk, [`PART`] by part, each on the blocking
    /// pool, and sends what comes out of each part before the next
    /// one is compressed. The encoder travels: it is taken out of
    /// `self`, moves into the pool, and comes back.
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

    /// Sends what is left, and the trailer: CRC-32 and length. The
    /// encoder's `finish` writes both, on the blocking pool. After
    /// that, the encoder is gone.
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

/// Does work that takes long on the blocking pool. A panic there
/// and an error of the work are both errors of this stage.
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
