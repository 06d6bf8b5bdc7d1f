//! Saving: from a stream to a file with a name.

use std::fs;
use std::io;
use std::path::PathBuf;

use pipelines::{Digest, Sha256, Stage, joined, pipeline};
use watermark::Watermarks;

use crate::{
    ByteLimit, Draft, Incoming, UploadError, UploadLimits, gunzip,
};

/// How much waits between two stages, in bytes: a slow disk stops
/// the client after a few of these.
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
/// A pipeline of chapter 9 with these stages: [`gunzip`] where
/// `incoming.gzip` says so, a [`ByteLimit`] of `limits.file` for
/// the bytes of the file itself, and [`Sha256`], which sees each
/// byte on its way: the file is not read again. The queues have
/// `MARKS`, so that a slow draft stops the source.
///
/// Then the draft is flushed, synced and renamed, in this order:
/// whoever sees the name sees the whole file. No other file is
/// replaced: [`UploadError::Exists`] ([`UploadError::of_rename`]
/// finds out).
///
/// Whatever fails, and also when this future is dropped, the
/// draft is dropped without a rename, and removes itself.
///
/// [`gunzip`]: crate::gunzip
/// [`ByteLimit`]: crate::ByteLimit
/// [`Sha256`]: pipelines::Sha256
pub async fn save<D: Draft>(
    incoming: Incoming,
    draft: D,
    limits: &UploadLimits,
) -> Result<Saved, UploadError> {
    let Incoming { name, source, gzip } = incoming;
    let (hashing, digest) = Sha256::new();
    let unpacking = gzip.then(gunzip);
    let counting = Stage::new(ByteLimit::new(limits.file));
    let stages = unpacking
        .into_iter()
        .chain([counting, Stage::new(hashing)])
        .collect();
    let source = joined(source, MARKS.low);
    let mut draft = pipeline(source, stages, draft, MARKS).await?;
    draft.flush().await?;
    draft.sync().await?;
    // Measured while it can still vanish: behind the rename,
    // nothing may fail any more.
    let unnamed = Saved::new(draft.path().to_owned(), &digest)?;
    let path = draft
        .rename(&name)
        .await
        .map_err(|error| UploadError::of_rename(error, &name))?;
    Ok(Saved { path, ..unnamed })
}
