//! Saves a stream as a file with a name.

use std::fs;
use std::io;
use std::path::PathBuf;

use pipelines::{Digest, Sha256, Stage, joined, pipeline};
use watermark::Watermarks;

use crate::{
    ByteLimit, Draft, Incoming, UploadError, UploadLimits, gunzip,
};

/// The marks of each queue, in bytes. A slow disk stops the client
/// after a few of these.
const MARKS: Watermarks = Watermarks {
    low: 32 * 1024,
    high: 64 * 1024,
};

/// What was saved.
#[derive(Debug, Clone)]
pub struct Saved {
    /// Where it is.
    pub path: PathBuf,
    /// How long it is.
    pub bytes: u64,
    /// Its SHA-256.
    pub digest: [u8; 32],
}

impl Saved {
    /// The file at `path`, which is as long as the file system
    /// says. Errors: there is none, or the digest is not finished.
    pub fn new(path: PathBuf, digest: &Digest) -> io::Result<Self> {
        let unfinished = || io::Error::other("no digest");
        Ok(Self {
            bytes: fs::metadata(&path)?.len(),
            digest: digest.value().ok_or_else(unfinished)?,
            path,
        })
    }
}

/// Writes all of `incoming` to `draft`, and gives it its name.
///
/// A stranger's chunks may have one byte each, so they're [`joined`]
/// before the first queue, to chunks of at least `MARKS.low` bytes. A
/// chunk that's long enough passes without a copy and without waiting
/// for another one.
///
/// After that comes a pipeline with these stages: [`gunzip`] if
/// `incoming.gzip` says so, a [`ByteLimit`] of `limits.file` for the
/// bytes of the file itself, and [`Sha256`], which sees each byte on
/// its way, so that the file isn't read again. The queues have `MARKS`,
/// so a slow draft stops the source when they're full, and the source
/// continues when they're down to the low-water mark.
///
/// Then the draft is flushed, synced and renamed, in this order, so
/// anybody who sees the name sees the whole file.
///
/// If anything fails, and if this future is dropped, the draft is
/// dropped without a rename, and removes itself. The source is dropped
/// as well, and isn't read any further.
///
/// # Errors
///
/// [`UploadError::Exists`] if the name is taken, because no file is
/// replaced ([`UploadError::of_rename`] finds out). An [`UploadError`]
/// of the source or of a stage is returned unchanged, because its
/// status and its text go to the client (`UploadError::from` unpacks
/// the pipeline's error).
pub async fn save<D: Draft>(
    incoming: Incoming,
    draft: D,
    limits: &UploadLimits,
) -> Result<Saved, UploadError> {
    todo!("chapter 11: save with {limits:?} and {MARKS:?}")
}
