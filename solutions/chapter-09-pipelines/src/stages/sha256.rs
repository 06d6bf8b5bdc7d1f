//! A stage that computes a digest.
//!
//! Given: the worked neighbor of `gzip.rs`.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use sha2::Digest as _;
use tokio::task::spawn_blocking;

use crate::{Output, PipelineError, Transform};

/// Passes all bytes on as they are, and computes their SHA-256
/// (FIPS 180-4): one digest of all bytes, wherever they are cut.
///
/// Without the processor's help, 64 KiB take a good part of a
/// millisecond, so the work happens on the blocking pool.
pub struct Sha256 {
    /// `None` while the pool has it, and after the end.
    hasher: Option<sha2::Sha256>,
    digest: Digest,
}

/// Where a [`Sha256`] leaves its result. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct Digest {
    value: Arc<OnceLock<[u8; 32]>>,
}

impl Sha256 {
    /// The stage, and where its result will be.
    pub fn new() -> (Self, Digest) {
        let digest = Digest::default();
        let stage = Self {
            hasher: Some(sha2::Sha256::new()),
            digest: digest.clone(),
        };
        (stage, digest)
    }

    fn take(&mut self) -> Result<sha2::Sha256, PipelineError> {
        let gone = "SHA-256 was stopped in the middle, or is finished";
        let hasher = self.hasher.take();
        hasher.ok_or_else(|| PipelineError::Stage(gone.into()))
    }
}

impl Digest {
    /// The digest, once the stage has finished. `None` before,
    /// and for good if it never does: half of the bytes have none.
    pub fn value(&self) -> Option<[u8; 32]> {
        self.value.get().copied()
    }
}

impl Transform for Sha256 {
    async fn transform(
        &mut self,
        input: Bytes,
        output: &mut Output,
    ) -> Result<(), PipelineError> {
        let mut hasher = self.take()?;
        let chunk = input.clone();
        let hashing = spawn_blocking(move || {
            hasher.update(&chunk);
            hasher
        });
        let hashed = hashing.await;
        let hashed =
            hashed.map_err(|error| PipelineError::Stage(error.into()));
        self.hasher = Some(hashed?);
        output.send(input).await
    }

    async fn finish(
        &mut self,
        _: &mut Output,
    ) -> Result<(), PipelineError> {
        let value = self.take()?.finalize().into();
        // Nobody else sets it.
        self.digest.value.get_or_init(|| value);
        Ok(())
    }
}
