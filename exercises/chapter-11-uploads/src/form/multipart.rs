//! A form with files: one body, many parts (RFC 7578).
//!
//! Given: it drives your scanner, and its states are those of your
//! `scan`.

use std::sync::Arc;

use buffers::{Utf8Decoder, detach};
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use messages::{Fields, parameter, parse_fields};
use pipelines::{BoxError, Source};
use tokio::sync::Mutex;

use crate::form::disposition::file_name;
use crate::{
    BoundaryScanner, FileName, Scanned, UploadError, UploadLimits,
};

/// Chunks of a part are joined up to this length, in bytes.
const JOINED: usize = 16 * 1024;
/// What an unfinished boundary line may hold back, in bytes.
const HELD: usize = 1024;

/// A file on its way in: a part of an upload, a whole body, or
/// the body of an import.
pub struct Incoming {
    /// What it wants to be called.
    pub name: FileName,
    /// Its bytes, as they come. Nothing is read before it is
    /// asked for.
    pub source: Source,
    /// Whether they are compressed on their way: the sender said
    /// `Content-Encoding: gzip`. Neither the type nor the name
    /// says so: a file that is called `a.gz` is one.
    pub gzip: bool,
}

/// The files of a `multipart/form-data` body. Whatever their
/// number and size, one chunk of the body and one part's head are
/// held at a time.
pub struct Multipart {
    body: Arc<Mutex<Reader>>,
    /// How many parts were begun. A part that is not the last one
    /// any more has no bytes.
    begun: usize,
}

struct Reader {
    source: Source,
    scanner: BoundaryScanner,
    /// What has come and was not looked at.
    buffer: BytesMut,
    limits: UploadLimits,
    /// How many bytes of the body may still come.
    left: u64,
    /// The part that is being read, from 1.
    part: usize,
    /// Whether its end was seen; so at first, when there is none.
    ended: bool,
    /// Whether there was an error: what follows is in doubt.
    failed: bool,
}

impl Multipart {
    /// The parts of this body, which is not read yet.
    ///
    /// Errors: [`UploadError::Boundary`] when `content_type` is
    /// not that of a form, or has no good boundary.
    pub fn new(
        source: Source,
        content_type: &str,
        limits: &UploadLimits,
    ) -> Result<Self, UploadError> {
        let kind = content_type.split(';').next().unwrap_or_default();
        if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
            return Err(UploadError::Boundary);
        }
        let boundary = parameter(content_type, "boundary");
        let boundary = boundary.ok_or(UploadError::Boundary)?;
        let reader = Reader {
            source,
            scanner: BoundaryScanner::new(&boundary)?,
            buffer: BytesMut::new(),
            left: limits.total,
            limits: limits.clone(),
            part: 0,
            ended: true,
            failed: false,
        };
        Ok(Self {
            body: Arc::new(Mutex::new(reader)),
            begun: 0,
        })
    }

    /// The next part that is a file: one with a `filename`. Other
    /// fields of the form are read and dropped, and so is what
    /// was not read of the file before, and a file without a name
    /// and without a byte: a file input that was left empty.
    /// `None` when the whole body was read, its last boundary in
    /// it.
    ///
    /// The error of a body that breaks the rules or a limit also
    /// comes out of the file that is being read, and after it
    /// there are only errors.
    pub async fn next(
        &mut self,
    ) -> Result<Option<Incoming>, UploadError> {
        loop {
            let mut reader = self.body.lock().await;
            let Some(head) = reader.next_part().await? else {
                return Ok(None);
            };
            self.begun = reader.part;
            let Some(name) = file_name(&head)? else {
                continue;
            };
            if name.is_empty() && reader.chunk().await?.is_none() {
                // A file input of a page that was left empty.
                continue;
            }
            drop(reader);
            return Ok(Some(Incoming {
                name: name.parse()?,
                source: bytes_of(Arc::clone(&self.body), self.begun),
                gzip: is_gzip(&head)?,
            }));
        }
    }
}

/// The bytes of one part.
fn bytes_of(body: Arc<Mutex<Reader>>, part: usize) -> Source {
    stream::try_unfold(body, move |body| async move {
        let mut reader = body.lock().await;
        let chunk = if reader.part == part {
            reader.chunk().await.map_err(BoxError::from)?
        } else {
            let late = "the upload has gone on to its next part";
            return Err(BoxError::from(late));
        };
        drop(reader);
        Ok(chunk.map(|chunk| (chunk, body)))
    })
    .boxed()
}

impl Reader {
    /// Skips what is left of this part, and reads the head of the
    /// next one. `None` at the end of the whole body.
    async fn next_part(
        &mut self,
    ) -> Result<Option<Fields>, UploadError> {
        if self.part == 0 && !self.failed {
            // The preamble looks like a part that nobody reads.
            self.ended = false;
        }
        while self.chunk().await?.is_some() {}
        if self.scanner.finished() {
            // Only an epilogue may follow. It is read, so that a
            // body that breaks off is no whole one.
            while self.more().await? {
                self.buffer.clear();
            }
            return Ok(None);
        }
        self.part += 1;
        if self.part > self.limits.parts {
            return self.fail(UploadError::TooManyParts);
        }
        let head = self.head().await?;
        self.ended = false;
        Ok(Some(head))
    }

    /// Some bytes of this part. `None` at its end.
    async fn chunk(&mut self) -> Result<Option<Bytes>, UploadError> {
        if self.failed {
            return Err(UploadError::Incomplete);
        }
        // What looks like a boundary for some bytes divides a part
        // into chunks. A part full of such bytes would be millions.
        let mut joined = BytesMut::new();
        while !self.ended && joined.len() < JOINED {
            match self.scanner.scan(&mut self.buffer) {
                Ok(Scanned::Data(chunk)) if joined.is_empty() => {
                    joined = BytesMut::from(chunk);
                }
                Ok(Scanned::Data(chunk)) => {
                    joined.extend_from_slice(&chunk);
                }
                Ok(Scanned::Part | Scanned::End) => self.ended = true,
                Ok(Scanned::More) if self.buffer.len() > HELD => {
                    return self.fail(UploadError::Boundary);
                }
                Ok(Scanned::More) if !joined.is_empty() => break,
                Ok(Scanned::More) => {
                    if !self.more().await? {
                        return self.fail(UploadError::Incomplete);
                    }
                }
                Err(error) => return self.fail(error),
            }
        }
        Ok((!joined.is_empty()).then(|| joined.freeze()))
    }

    /// The head of a part, up to and with its empty line.
    async fn head(&mut self) -> Result<Fields, UploadError> {
        let limit = self.limits.part_head;
        // An empty line at once: a head without fields.
        let mut seen = 0;
        let end = loop {
            if self.buffer.starts_with(b"\r\n") {
                break 2;
            }
            let found = end_of_head(&self.buffer, seen);
            let length = found.unwrap_or(self.buffer.len());
            if length > limit {
                return self.fail(UploadError::PartHead);
            }
            if let Some(end) = found {
                break end;
            }
            seen = self.buffer.len();
            if !self.more().await? {
                return self.fail(UploadError::Incomplete);
            }
        };
        // A copy of its own: the head outlives its chunk.
        let head = self.buffer.split_to(end).freeze();
        let head = detach(&head.slice(..end - 2));
        let mut text = Utf8Decoder::default();
        let fields = text.decode(&head).and_then(|_| text.finish());
        match (fields, parse_fields(&head)) {
            (Ok(()), Ok(fields)) => Ok(fields),
            _ => self.fail(UploadError::PartHead),
        }
    }

    /// Waits for one more chunk of the body. `false` at its end.
    async fn more(&mut self) -> Result<bool, UploadError> {
        let chunk = match self.source.next().await {
            None => return Ok(false),
            Some(Ok(chunk)) => chunk,
            Some(Err(cause)) => {
                let failed = pipelines::PipelineError::Source(cause);
                return self.fail(failed.into());
            }
        };
        let Some(left) = self.left.checked_sub(chunk.len() as u64)
        else {
            let limit = self.limits.total;
            return self.fail(UploadError::TooLarge { limit });
        };
        self.left = left;
        if self.buffer.is_empty() {
            // Not copied where nobody else has the chunk.
            self.buffer = BytesMut::from(chunk);
        } else {
            self.buffer.extend_from_slice(&chunk);
        }
        Ok(true)
    }

    fn fail<T>(
        &mut self,
        error: UploadError,
    ) -> Result<T, UploadError> {
        self.failed = true;
        Err(error)
    }
}

/// The length of the head that `buffer` begins with. Its first
/// `seen` bytes were looked at before.
fn end_of_head(buffer: &[u8], seen: usize) -> Option<usize> {
    let from = seen.saturating_sub(3);
    let end = buffer[from..]
        .windows(4)
        .position(|end| end == b"\r\n\r\n")?;
    Some(from + end + 4)
}

/// Whether a part is compressed on its way. A coding that this
/// server does not know must not be saved as if it were none.
fn is_gzip(head: &Fields) -> Result<bool, UploadError> {
    match head.get("Content-Encoding") {
        None => Ok(false),
        Some(coding) => known_coding(coding),
    }
}

/// Whether a `Content-Encoding` is gzip; an error unless it is
/// that or nothing.
pub(crate) fn known_coding(coding: &str) -> Result<bool, UploadError> {
    match coding.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(false),
        "gzip" | "x-gzip" => Ok(true),
        _ => Err(UploadError::Coding(coding.to_owned())),
    }
}
