//! A stage that decompresses gzip.
//!
//! We provide this file: it's the counterpart of chapter 9's `Gzip`.

use std::io::{self, Write};

use bytes::{Buf, Bytes};
use flate2::write::MultiGzDecoder;
use pipelines::{Output, PipelineError, Stage, Transform};
use tokio::task::spawn_blocking;

use crate::UploadError;

/// How many bytes are sent on at once. One step of the decompressor
/// produces half as many.
const PART: usize = 64 * 1024;
/// How many bytes may be missing from the output, because the
/// decompressor itself holds some.
const FREE: u64 = 128 * 1024;

/// Decompresses all members of a gzip stream (RFC 1952) on the blocking
/// pool. A kilobyte may become a megabyte, so it stops after every 64
/// KiB and waits until there's room for more.
///
/// It's an error if the trailer is missing, if the checksum is wrong,
/// or if anything other than gzip follows. It's also an error if
/// members hold almost nothing, because each member takes a few
/// microseconds, and a megabyte has room for fifty thousand. Data that
/// can't be compressed becomes about 0.1 percent longer with gzip; up
/// to 6 percent is accepted here.
pub fn gunzip() -> Stage {
    Stage::new(Gunzip {
        decoder: Some(MultiGzDecoder::new(Vec::new())),
        taken: 0,
        made: 0,
    })
}

struct Gunzip {
    /// The decompressor. `None` while the blocking pool has it, and
    /// after the end.
    decoder: Option<MultiGzDecoder<Vec<u8>>>,
    /// How many compressed bytes have arrived. Without any, it isn't
    /// gzip.
    taken: u64,
    /// How many bytes they became.
    made: u64,
}

impl Gunzip {
    fn take(
        &mut self,
    ) -> Result<MultiGzDecoder<Vec<u8>>, PipelineError> {
        let gone = "this decompressor was interrupted, or has finished";
        let decoder = self.decoder.take();
        decoder.ok_or_else(|| PipelineError::Stage(gone.into()))
    }
}

impl Transform for Gunzip {
    async fn transform(
        &mut self,
        mut input: Bytes,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        self.taken += input.len() as u64;
        while !input.is_empty() {
            let mut decoder = self.take()?;
            let (decoder, rest, part) = on_the_pool(move || {
                let part = step(&mut decoder, &mut input)?;
                Ok((decoder, input, part))
            })
            .await?;
            (self.decoder, input) = (Some(decoder), rest);
            self.made += part.len() as u64;
            let decoded = self.taken - input.len() as u64;
            if self.made + FREE < decoded / 16 * 15 {
                let error = UploadError::TooFine;
                return Err(PipelineError::Stage(error.into()));
            }
            output.send(part.into()).await?;
        }
        Ok(())
    }

    async fn finish(
        &mut self,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        let mut decoder = self.take()?;
        let begun = self.taken > 0;
        let rest = on_the_pool(move || {
            if !begun {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            decoder.try_finish()?;
            Ok(std::mem::take(decoder.get_mut()))
        })
        .await?;
        output.send(rest.into()).await
    }
}

/// Decompresses until there's enough to send, or no more input.
fn step(
    decoder: &mut MultiGzDecoder<Vec<u8>>,
    input: &mut Bytes,
) -> io::Result<Vec<u8>> {
    while !input.is_empty() && decoder.get_ref().len() < PART {
        let taken = decoder.write(input)?;
        if taken == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        input.advance(taken);
    }
    Ok(std::mem::take(decoder.get_mut()))
}

async fn on_the_pool<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, PipelineError> {
    let done = spawn_blocking(work).await;
    let done = done.map_err(|error| PipelineError::Stage(error.into()));
    done?.map_err(|error| PipelineError::Stage(error.into()))
}
