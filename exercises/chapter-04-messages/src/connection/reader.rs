//! Reads messages from a connection, for servers and clients alike.
//!
//! We provide this file: it feeds the functions that you write with the
//! bytes of a connection.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use connections::Transport;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::connection::body::Body;
use crate::{Head, HeadLimits, MessageError, parse_head};

/// How many bytes one read asks for, at most.
const READ: usize = 16 * 1024;

/// Reads one message after the other.
pub(crate) struct MessageReader<T> {
    transport: T,
    /// Bytes that were read and not used yet. A single read may bring
    /// the end of one message and the beginning of the next.
    buffer: BytesMut,
}

impl<T: Transport> MessageReader<T> {
    pub(crate) fn new(transport: T) -> Self {
        let buffer = BytesMut::new();
        Self { transport, buffer }
    }

    /// Returns the transport, for writing.
    pub(crate) fn transport(&mut self) -> &mut T {
        &mut self.transport
    }

    /// Returns whether nothing of the next message has arrived yet.
    pub(crate) fn is_between_messages(&self) -> bool {
        self.buffer.is_empty()
    }

    /// Reads the next head. Returns `None` if the connection ended
    /// before its first byte. Dropping the future loses nothing.
    ///
    /// After each read, [`parse_head`] parses everything again; the
    /// limit on a head's size keeps that cheap. Empty lines before a
    /// head are skipped, because some clients send an extra line break
    /// after a body.
    pub(crate) async fn head(
        &mut self,
        limits: &HeadLimits,
    ) -> Result<Option<Head>, MessageError> {
        loop {
            // An extra line break after a body (RFC 9112, section 2.2).
            while self.buffer.starts_with(b"\r\n") {
                self.buffer.advance(2);
            }
            if let Some((head, length)) =
                parse_head(&self.buffer, limits)?
            {
                self.buffer.advance(length);
                return Ok(Some(head));
            }
            if self.fill().await? == 0 {
                return if self.is_between_messages() {
                    Ok(None)
                } else {
                    Err(MessageError::Incomplete)
                };
            }
        }
    }

    /// Reads the next chunk of a body, at most 16 KiB. Returns `None`
    /// if the body is complete; bytes after it aren't used.
    pub(crate) async fn chunk(
        &mut self,
        body: &mut Body,
    ) -> Result<Option<Bytes>, MessageError> {
        loop {
            if let Some(chunk) = body.take(&mut self.buffer)? {
                return Ok(Some(chunk));
            }
            if body.is_complete() {
                return Ok(None);
            }
            if self.fill().await? == 0 {
                return body.end().map(|()| None);
            }
        }
    }

    /// Reads a body and discards it. Returns `false` if the body is
    /// longer than `limit` bytes. The rest of it wasn't read in that
    /// case.
    pub(crate) async fn discard(
        &mut self,
        body: &mut Body,
        limit: u64,
    ) -> Result<bool, MessageError> {
        let mut left = limit;
        while let Some(chunk) = self.chunk(body).await? {
            let length = chunk.len() as u64;
            let Some(still) = left.checked_sub(length) else {
                return Ok(false);
            };
            left = still;
        }
        Ok(true)
    }

    /// Closes our direction, and then discards at most `limit` bytes of
    /// what the peer still sends. A socket that's closed while it holds
    /// unread bytes is reset, and the reset can destroy a response
    /// that's on its way (RFC 9112, section 9.6).
    pub(crate) async fn close(mut self, limit: u64) {
        // The response was sent, so a failure from here on isn't an
        // error.
        if self.transport.shutdown().await.is_ok() {
            let mut rest = self.transport.take(limit);
            let mut nowhere = tokio::io::sink();
            let _ = tokio::io::copy(&mut rest, &mut nowhere).await;
        }
    }

    /// Reads once. Returns 0 if the connection has ended.
    async fn fill(&mut self) -> std::io::Result<usize> {
        self.buffer.reserve(READ);
        let mut room = (&mut self.buffer).limit(READ);
        self.transport.read_buf(&mut room).await
    }
}
