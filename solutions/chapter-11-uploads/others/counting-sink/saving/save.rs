//! Saving: from a stream to a file with a name.

use std::fs;
use std::io;
use std::path::PathBuf;

use pipelines::Digest;
use watermark::Watermarks;

use crate::{Draft, Incoming, UploadError, UploadLimits};

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
    use crate::{ByteLimit, gunzip};
    use bytes::Bytes;
    use pipelines::{Sha256, Sink, Stage, joined, pipeline};
    struct Counting<D> {
        draft: D,
        bytes: u64,
    }
    impl<D: Draft> Sink for Counting<D> {
        async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
            self.bytes += chunk.len() as u64;
            self.draft.write(chunk).await
        }
        async fn finish(&mut self) -> io::Result<()> {
            self.draft.finish().await?;
            self.draft.flush().await
        }
    }
    let (hash, digest) = Sha256::new();
    let stages = incoming
        .gzip
        .then(gunzip)
        .into_iter()
        .chain([
            Stage::new(hash),
            Stage::new(ByteLimit::new(limits.file)),
        ])
        .collect();
    let sink = Counting { draft, bytes: 0 };
    let source = joined(incoming.source, MARKS.low);
    let counted = pipeline(source, stages, sink, MARKS).await?;
    let Counting { mut draft, bytes } = counted;
    draft.sync().await?;
    let path = match draft.rename(&incoming.name).await {
        Ok(path) => path,
        Err(error) => {
            return Err(UploadError::of_rename(error, &incoming.name));
        }
    };
    let digest = digest
        .value()
        .ok_or_else(|| io::Error::other("no digest"))?;
    Ok(Saved {
        path,
        bytes,
        digest,
    })
}
