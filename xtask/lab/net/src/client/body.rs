//! The body of a response: its bytes without their framing, up to its end.

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::AsyncRead;

use super::Error;
use super::connection::{Receiver, find};
use super::head::{Head, syntax};

/// The maximum length of a chunk line or a trailer, in bytes.
const LINE_LIMIT: usize = 8 * 1024;

/// A body that is being read.
#[derive(Debug)]
pub struct Body<'a, S> {
    receiver: &'a mut Receiver<S>,
    framing: Framing,
}

/// What comes next in the body.
#[derive(Debug, PartialEq)]
enum Framing {
    /// This many bytes.
    Length(u64),
    /// The line with the size of a chunk.
    ChunkSize,
    /// This many bytes of a chunk.
    ChunkData(u64),
    /// The line end after a chunk.
    ChunkEnd,
    /// Trailers, up to an empty line.
    Trailers,
    /// Bytes until the connection is closed.
    UntilClose,
    /// Nothing: the body is complete.
    Done,
}

impl<'a, S: AsyncRead> Body<'a, S> {
    /// Decides the framing, as in RFC 9112, section 6.3.
    pub(super) fn new(
        receiver: &'a mut Receiver<S>,
        head: &Head,
        method: &str,
    ) -> Result<Body<'a, S>, Error> {
        let length = head.content_length()?;
        let coding = head.header("transfer-encoding");
        let without = method == "HEAD" || matches!(head.status, 100..200 | 204 | 304);
        let framing = match (coding, length) {
            _ if without => Framing::Done,
            (Some(coding), _) if coding.eq_ignore_ascii_case("chunked") => {
                Framing::ChunkSize
            }
            (Some(coding), _) => return Err(syntax("Transfer-Encoding", coding)),
            (None, Some(0)) => Framing::Done,
            (None, Some(length)) => Framing::Length(length),
            (None, None) => Framing::UntilClose,
        };
        Ok(Body { receiver, framing })
    }

    /// Returns the bytes that have arrived, reading at most `limit` bytes from the
    /// connection. Returns `None` once the body is complete.
    pub async fn next(&mut self, limit: usize) -> Result<Option<Bytes>, Error> {
        loop {
            if let Some(bytes) = self.framing.take(&mut self.receiver.buffer)? {
                return Ok(Some(bytes));
            }
            if self.framing == Framing::Done {
                return Ok(None);
            }
            if self.receiver.fill(limit).await? == 0 {
                if self.framing == Framing::UntilClose {
                    self.framing = Framing::Done;
                    return Ok(None);
                }
                let bytes = self.receiver.received();
                return Err(Error::Ended {
                    bytes,
                    part: "body",
                });
            }
        }
    }

    /// Reads the rest of a short body into memory, at most `limit` bytes.
    pub async fn text(&mut self, limit: usize) -> Result<String, Error> {
        let mut all = BytesMut::new();
        while let Some(bytes) = self.next(limit).await? {
            all.extend_from_slice(&bytes);
            if all.len() > limit {
                let what = format!("a body of more than {limit} bytes");
                return Err(Error::Syntax { what });
            }
        }
        Ok(String::from_utf8_lossy(&all).into_owned())
    }
}

impl Framing {
    /// Returns the bytes that are in memory. Returns `None` if more must be read, or if
    /// the body is complete.
    fn take(&mut self, buffer: &mut BytesMut) -> Result<Option<Bytes>, Error> {
        loop {
            match self {
                Framing::Length(left) | Framing::ChunkData(left) => {
                    if buffer.is_empty() {
                        return Ok(None);
                    }
                    let here = buffer
                        .len()
                        .min(usize::try_from(*left).unwrap_or(usize::MAX));
                    *left -= here as u64;
                    if *left == 0 {
                        *self = self.after_data();
                    }
                    return Ok(Some(buffer.split_to(here).freeze()));
                }
                Framing::UntilClose if buffer.is_empty() => return Ok(None),
                Framing::UntilClose => return Ok(Some(buffer.split().freeze())),
                Framing::Done => return Ok(None),
                Framing::ChunkSize | Framing::ChunkEnd | Framing::Trailers => {
                    let Some(line) = line(buffer)? else {
                        return Ok(None);
                    };
                    *self = self.after_line(&line)?;
                }
            }
        }
    }

    fn after_data(&self) -> Framing {
        match self {
            Framing::ChunkData(_) => Framing::ChunkEnd,
            _ => Framing::Done,
        }
    }

    fn after_line(&self, line: &[u8]) -> Result<Framing, Error> {
        let text = String::from_utf8_lossy(line);
        match self {
            Framing::ChunkSize => {
                let digits = text.split(';').next().unwrap_or_default().trim_end();
                let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                match u64::from_str_radix(digits, 16) {
                    Ok(0) if hex => Ok(Framing::Trailers),
                    Ok(size) if hex => Ok(Framing::ChunkData(size)),
                    _ => Err(syntax("chunk size", &text)),
                }
            }
            Framing::ChunkEnd if line.is_empty() => Ok(Framing::ChunkSize),
            Framing::ChunkEnd => Err(syntax("bytes after a chunk", &text)),
            _ if line.is_empty() => Ok(Framing::Done),
            _ => Ok(Framing::Trailers),
        }
    }
}

/// Removes a complete line, and returns it without its end.
fn line(buffer: &mut BytesMut) -> Result<Option<BytesMut>, Error> {
    match find(buffer, b"\r\n") {
        Some(end) => {
            let line = buffer.split_to(end);
            buffer.advance(2);
            Ok(Some(line))
        }
        None if buffer.len() > LINE_LIMIT => {
            let start = String::from_utf8_lossy(&buffer[..40]).into_owned();
            Err(syntax("endless line", &start))
        }
        None => Ok(None),
    }
}
