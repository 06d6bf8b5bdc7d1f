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
    use crate::gunzip;
    use pipelines::{PipelineError, Sha256, Stage, joined, pipeline};
    let (sha256, digest) = Sha256::new();
    let mut stages = vec![Stage::new(sha256)];
    if incoming.gzip {
        stages.insert(0, gunzip());
    }
    let bounded = Bounded {
        draft,
        limit: limits.file,
        bytes: 0,
    };
    let source = joined(incoming.source, MARKS.low);
    let ended = pipeline(source, stages, bounded, MARKS);
    let mut draft = match ended.await {
        Ok(bounded) => bounded.draft,
        Err(PipelineError::Sink(error)) => {
            return Err(match error.downcast::<UploadError>() {
                Ok(own) => own,
                Err(error) => error.into(),
            });
        }
        Err(error) => return Err(error.into()),
    };
    draft.flush().await?;
    draft.sync().await?;
    match draft.rename(&incoming.name).await {
        Ok(path) => Ok(Saved::new(path, &digest)?),
        Err(error) => {
            Err(UploadError::of_rename(error, &incoming.name))
        }
    }
}

/// A draft that takes so many bytes.
struct Bounded<D> {
    draft: D,
    limit: u64,
    bytes: u64,
}

impl<D: Draft> pipelines::Sink for Bounded<D> {
    async fn write(&mut self, chunk: bytes::Bytes) -> io::Result<()> {
        self.bytes += chunk.len() as u64;
        if self.bytes > self.limit {
            let limit = self.limit;
            let over = UploadError::TooLarge { limit };
            return Err(io::Error::other(over));
        }
        self.draft.write(chunk).await
    }

    async fn finish(&mut self) -> io::Result<()> {
        self.draft.finish().await
    }
}
