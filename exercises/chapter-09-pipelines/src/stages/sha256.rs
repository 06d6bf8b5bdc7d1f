//! A stage that computes a digest.
//!
//! We provide this file as a worked example for `gzip.rs`.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use sha2::Digest as _;
use tokio::task::spawn_blocking;

use crate::{Output, PipelineError, Transform};

/// Passes all bytes on as they are, and computes their SHA-256 (FIPS
/// 180-4). There's one digest of all bytes, however they're split into
/// chunks.
///
/// On a processor without SHA instructions, 64 KiB take a good part of
/// a millisecond, so the work happens on the blocking pool.
pub struct Sha256 {
    /// The hasher. `None` while the blocking pool has it, and after the
    /// end.
    hasher: Option<sha2::Sha256>,
    digest: Digest,
}

/// The place where a [`Sha256`] leaves its result. All clones share it.
#[derive(Debug, Clone, Default)]
pub struct Digest {
    value: Arc<OnceLock<[u8; 32]>>,
}

impl Sha256 {
    /// Returns the stage, and the place where its result will be.
    pub fn new() -> (Self, Digest) {
        let digest = Digest::default();
        let stage = Self {
            hasher: Some(sha2::Sha256::new()),
            digest: digest.clone(),
        };
        (stage, digest)
    }

    fn take(&mut self) -> Result<sha2::Sha256, PipelineError> {
        let gone = "this hasher was interrupted, or has finished";
        let hasher = self.hasher.take();
        hasher.ok_or_else(|| PipelineError::Stage(gone.into()))
    }
}

impl Digest {
    /// Returns the digest, once the stage has finished. Until then, and
    /// if the stage never finishes, returns `None`.
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
        // Only this stage sets it.
        self.digest.value.get_or_init(|| value);
        Ok(())
    }
}
