//! A body that is being read.
//!
//! We provide this file: it calls your `ChunkedDecoder`, and
//! counts.

use bytes::{Buf, Bytes, BytesMut};

use crate::{BodyLength, ChunkedDecoder, MessageError};

/// The rest of a body that is being read.
#[derive(Debug)]
pub(crate) enum Body {
    /// This many more bytes.
    Exact(u64),
    /// Chunks, which this decoder decodes.
    Chunked(ChunkedDecoder),
    /// Everything up to the end of the connection.
    UntilClose,
}

impl Body {
    /// Returns a body of which nothing has been read yet.
    pub(crate) fn new(length: BodyLength) -> Self {
        match length {
            BodyLength::None => Self::Exact(0),
            BodyLength::Exact(length) => Self::Exact(length),
            BodyLength::Chunked => Self::Chunked(<_>::default()),
            BodyLength::UntilClose => Self::UntilClose,
        }
    }

    /// Removes and returns the data of the body that `buffer` holds,
    /// and leaves the bytes after the body. Returns `None` if `buffer`
    /// holds none of it.
    pub(crate) fn take(
        &mut self,
        buffer: &mut BytesMut,
    ) -> Result<Option<Bytes>, MessageError> {
        let chunk = match self {
            Self::Exact(left) => {
                let here = (*left).min(buffer.len() as u64);
                *left -= here;
                // The result fits in a `usize`, because these bytes are
                // in memory.
                buffer.split_to(here as usize).freeze()
            }
            Self::Chunked(decoder) => {
                let mut chunk = Vec::new();
                let used = decoder.decode(buffer, &mut chunk)?;
                buffer.advance(used);
                chunk.into()
            }
            Self::UntilClose => buffer.split().freeze(),
        };
        Ok(Some(chunk).filter(|chunk| !chunk.is_empty()))
    }

    /// Returns whether all of it was read. A body that lasts until the
    /// end of the connection is never known to be complete.
    pub(crate) fn is_complete(&self) -> bool {
        match self {
            Self::Exact(left) => *left == 0,
            Self::Chunked(decoder) => decoder.finished(),
            Self::UntilClose => false,
        }
    }

    /// Decides what it means for this body that the connection has
    /// ended.
    pub(crate) fn end(&self) -> Result<(), MessageError> {
        match self {
            Self::UntilClose => Ok(()),
            _ => Err(MessageError::Incomplete),
        }
    }
}
