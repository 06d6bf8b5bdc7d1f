//! A form with files: one body with many parts (RFC 7578).
//!
//! We provide this file: it calls your `scan` and follows its states.

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
/// How many bytes of an unfinished boundary line may be held back.
const HELD: usize = 1024;

/// A file that's being received: a part of an upload, a whole body, or
/// the body of an import.
pub struct Incoming {
    /// The name that the sender asks for.
    pub name: FileName,
    /// Its bytes. Nothing is read before the stream is polled.
    pub source: Source,
    /// Whether the bytes are compressed on their way, which the sender
    /// says with `Content-Encoding: gzip`. The name and the type don't
    /// matter: a file called `a.gz` is saved as it is.
    pub gzip: bool,
}

/// The files of a `multipart/form-data` body. Only one chunk of the
/// body and the head of one part are in memory at a time, whatever the
/// number and the size of the files.
pub struct Multipart {
    body: Arc<Mutex<Reader>>,
    /// How many parts have begun. Only the last one of them can still
    /// have bytes.
    begun: usize,
}

struct Reader {
    source: Source,
    scanner: BoundaryScanner,
    /// Bytes that have arrived and weren't scanned yet.
    buffer: BytesMut,
    limits: UploadLimits,
    /// How many more bytes the body may have.
    left: u64,
    /// The number of the part that's being read, counted from 1.
    part: usize,
    /// Whether the end of that part was found. Also true at first, when
    /// there is no part.
    ended: bool,
    /// Whether there was an error, after which nothing can be trusted.
    failed: bool,
}

impl Multipart {
    /// Returns the parts of this body, of which nothing has been read
    /// yet.
    ///
    /// # Errors
    ///
    /// [`UploadError::Boundary`] if `content_type` isn't that of a
    /// form, or has no valid boundary.
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

    /// Returns the next part that is a file, which means that it has a
    /// `filename`, or `None` after the last boundary.
    ///
    /// This first reads and drops the rest of the previous file. It
    /// also skips ordinary fields of the form, and parts with neither a
    /// name nor bytes, which browsers send if no file was chosen.
    ///
    /// # Errors
    ///
    /// An error if the body breaks the rules or a limit. The source of
    /// the file that's being read fails with it, too, and after it
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
                // The user has chosen no file in the browser's form.
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

/// Returns the bytes of one part as a stream.
fn bytes_of(body: Arc<Mutex<Reader>>, part: usize) -> Source {
    stream::try_unfold(body, move |body| async move {
        let mut reader = body.lock().await;
        let chunk = if reader.part == part {
            reader.chunk().await.map_err(BoxError::from)?
        } else {
            let late =
                "the upload has already moved on to its next part";
            return Err(BoxError::from(late));
        };
        drop(reader);
        Ok(chunk.map(|chunk| (chunk, body)))
    })
    .boxed()
}

impl Reader {
    /// Skips the rest of this part, and reads the head of the next one.
    /// Returns `None` at the end of the body.
    async fn next_part(
        &mut self,
    ) -> Result<Option<Fields>, UploadError> {
        if self.part == 0 && !self.failed {
            // The preamble is treated as a part that nobody reads.
            self.ended = false;
        }
        while self.chunk().await?.is_some() {}
        if self.scanner.finished() {
            // Only the epilogue may follow. It has to be read, because
            // a body that's truncated here isn't complete.
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

    /// Returns some bytes of this part, or `None` at its end.
    async fn chunk(&mut self) -> Result<Option<Bytes>, UploadError> {
        if self.failed {
            return Err(UploadError::Incomplete);
        }
        // Bytes that look like a boundary divide a part into chunks. A
        // part full of such bytes would become millions of chunks.
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

    /// Reads the head of a part, including its empty line.
    async fn head(&mut self) -> Result<Fields, UploadError> {
        let limit = self.limits.part_head;
        // If the empty line comes at once, the head has no fields.
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
        // A copy, because the head is needed for longer than its chunk.
        let head = self.buffer.split_to(end).freeze();
        let head = detach(&head.slice(..end - 2));
        let mut text = Utf8Decoder::default();
        let fields = text.decode(&head).and_then(|_| text.finish());
        match (fields, parse_fields(&head)) {
            (Ok(()), Ok(fields)) => Ok(fields),
            _ => self.fail(UploadError::PartHead),
        }
    }

    /// Waits for the next chunk of the body. Returns `false` at the end
    /// of the body.
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
            // This doesn't copy if nobody else holds the chunk.
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

/// Returns the length of the head at the beginning of `buffer`. Its
/// first `seen` bytes were searched before.
fn end_of_head(buffer: &[u8], seen: usize) -> Option<usize> {
    let from = seen.saturating_sub(3);
    let end = buffer[from..]
        .windows(4)
        .position(|end| end == b"\r\n\r\n")?;
    Some(from + end + 4)
}

/// Returns whether a part is compressed. An unknown coding is an error,
/// because the file must not be saved undecoded.
fn is_gzip(head: &Fields) -> Result<bool, UploadError> {
    match head.get("Content-Encoding") {
        None => Ok(false),
        Some(coding) => known_coding(coding),
    }
}

/// Returns whether a `Content-Encoding` is gzip. An empty value and
/// `identity` mean that it isn't, and any other coding is an error.
pub(crate) fn known_coding(coding: &str) -> Result<bool, UploadError> {
    match coding.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(false),
        "gzip" | "x-gzip" => Ok(true),
        _ => Err(UploadError::Coding(coding.to_owned())),
    }
}
