//! Saves a stream as a file with a name.

use std::fs;
use std::io;
use std::path::PathBuf;

use pipelines::{Digest, Sha256, Stage, joined, pipeline};
use watermark::Watermarks;

use crate::{
    ByteLimit, Draft, Incoming, UploadError, UploadLimits, gunzip,
};

/// The marks of each queue, in bytes. If the disk is slow, the client
/// has to wait after a few times this many bytes.
const MARKS: Watermarks = Watermarks {
    low: 32 * 1024,
    high: 64 * 1024,
};

/// A file that was saved.
#[derive(Debug, Clone)]
pub struct Saved {
    /// Its path.
    pub path: PathBuf,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256 digest.
    pub digest: [u8; 32],
}

impl Saved {
    /// Describes the file at `path`, whose length comes from the file
    /// system.
    ///
    /// # Errors
    ///
    /// Fails if the file doesn't exist, or if the digest isn't
    /// finished.
    pub fn new(path: PathBuf, digest: &Digest) -> io::Result<Self> {
        let unfinished = || io::Error::other("no digest");
        Ok(Self {
            bytes: fs::metadata(&path)?.len(),
            digest: digest.value().ok_or_else(unfinished)?,
            path,
        })
    }
}

/// Writes all of `incoming` to `draft`, and gives the file its name.
///
/// A stranger may send chunks of one byte, so before the first queue
/// they're [`joined`] into chunks of at least `MARKS.low` bytes. A
/// chunk that's long enough passes at once and without a copy.
///
/// After that comes a pipeline with these stages: [`gunzip`] if
/// `incoming.gzip` says so; a [`ByteLimit`] of `limits.file` for the
/// decompressed bytes; and [`Sha256`], which hashes the bytes as they
/// pass, so that the file doesn't have to be read again. Each queue has
/// `MARKS`. If the draft is slow, the source stops when the queues are
/// full, and continues when they're down to the low-water mark.
///
/// Finally the draft is flushed, synced, and renamed, in this order, so
/// that nobody can see the name before the file is complete.
///
/// If anything fails, or if this future is dropped, the draft is
/// dropped without a rename, which removes the file. The source is
/// dropped, too, and isn't read any further.
///
/// # Errors
///
/// [`UploadError::Exists`] if the name is taken, because files are
/// never replaced ([`UploadError::of_rename`] makes that error). An
/// [`UploadError`] of the source or of a stage is returned unchanged,
/// because the client gets its status and its message
/// (`UploadError::from` unpacks the pipeline's error).
pub async fn save<D: Draft>(
    incoming: Incoming,
    draft: D,
    limits: &UploadLimits,
) -> Result<Saved, UploadError> {
    todo!("chapter 11: save with {limits:?} and {MARKS:?}")
}
