//! A body that is being read.
//!
//! We provide this file: it calls your `ChunkedDecoder`, and
//! counts.

use bytes::{Buf, Bytes, BytesMut};

use crate::{BodyLength, ChunkedDecoder, MessageError};

/// What is still to come of a body.
#[derive(Debug)]
pub(crate) enum Body {
    /// So many bytes.
    Exact(u64),
    /// What the decoder expects.
    Chunked(ChunkedDecoder),
    /// Everything, to the end of the connection.
    UntilClose,
}

impl Body {
    /// The whole body, before its first byte.
    pub(crate) fn new(length: BodyLength) -> Self {
        match length {
            BodyLength::None => Self::Exact(0),
            BodyLength::Exact(length) => Self::Exact(length),
            BodyLength::Chunked => Self::Chunked(<_>::default()),
            BodyLength::UntilClose => Self::UntilClose,
        }
    }

    /// Takes what `buffer` holds of the body, and leaves what
    /// follows it. `None`: nothing of it is there.
    pub(crate) fn take(
        &mut self,
        buffer: &mut BytesMut,
    ) -> Result<Option<Bytes>, MessageError> {
        let chunk = match self {
            Self::Exact(left) => {
                let here = (*left).min(buffer.len() as u64);
                *left -= here;
                // No more than there is in memory.
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

    /// Was all of it taken? A body until the end of the
    /// connection never knows.
    pub(crate) fn is_complete(&self) -> bool {
        match self {
            Self::Exact(left) => *left == 0,
            Self::Chunked(decoder) => decoder.finished(),
            Self::UntilClose => false,
        }
    }

    /// What the end of the connection means for it.
    pub(crate) fn end(&self) -> Result<(), MessageError> {
        match self {
            Self::UntilClose => Ok(()),
            _ => Err(MessageError::Incomplete),
        }
    }
}
