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
/// The chunks of a stranger may be of one byte each, so they are
/// [`joined`] before the first queue, to chunks
/// of at least `MARKS.low` bytes; less than that waits there. A
/// chunk that is as long by itself passes as it is, without a copy
/// and without waiting for another. Then comes
/// a pipeline of chapter 9 with these stages: [`gunzip`] where
/// `incoming.gzip` says so, a [`ByteLimit`] of `limits.file` for
/// the bytes of the file itself, and [`Sha256`], which sees each
/// byte on its way: the file is not read again. The queues have
/// `MARKS`, so that a slow draft stops the source when they are
/// full, and the source continues when they are down to the low
/// mark.
///
/// Then the draft is flushed, synced and renamed, in this order:
/// whoever sees the name sees the whole file. No other file is
/// replaced: [`UploadError::Exists`] ([`UploadError::of_rename`]
/// finds out).
///
/// Whatever fails, and also when this future is dropped, the
/// draft is dropped without a rename, and removes itself. The
/// source is dropped too, and nothing more of it is read. An
/// [`UploadError`] that the source or a stage failed with is
/// returned as it was, because its status and its words go to the
/// client (`UploadError::from` unpacks the pipeline's error).
pub async fn save<D: Draft>(
    incoming: Incoming,
    draft: D,
    limits: &UploadLimits,
) -> Result<Saved, UploadError> {
    let (hash, digest) = Sha256::new();
    let unzip = incoming.gzip.then(gunzip);
    let stages = unzip
        .into_iter()
        .chain([Stage::new(ByteLimit::new(limits.file))])
        .chain([Stage::new(hash)])
        .collect();
    let whole = joined(incoming.source, MARKS.low);
    let written = pipeline(whole, stages, draft, MARKS);
    let mut draft = written.await.map_err(UploadError::from)?;
    draft.flush().await.map_err(UploadError::Io)?;
    draft.sync().await.map_err(UploadError::Io)?;
    match draft.rename(&incoming.name).await {
        Ok(path) => Saved::new(path, &digest).map_err(UploadError::Io),
        Err(error) => {
            Err(UploadError::of_rename(error, &incoming.name))
        }
    }
}
