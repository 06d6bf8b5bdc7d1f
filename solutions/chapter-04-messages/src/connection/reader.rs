//! Messages as they come from a connection. Servers and clients
//! read in the same way.
//!
//! We provide this file: it joins the parts that you write to a
//! connection.

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
    /// What has come and was not used: one read may bring the
    /// end of a message and the beginning of the next.
    buffer: BytesMut,
}

impl<T: Transport> MessageReader<T> {
    pub(crate) fn new(transport: T) -> Self {
        let buffer = BytesMut::new();
        Self { transport, buffer }
    }

    /// The transport, to write on it.
    pub(crate) fn transport(&mut self) -> &mut T {
        &mut self.transport
    }

    /// Has nothing come of the next message yet?
    pub(crate) fn is_between_messages(&self) -> bool {
        self.buffer.is_empty()
    }

    /// Reads the next head. `None`: the connection ended before
    /// its first byte. Dropping the future loses nothing.
    ///
    /// [`parse_head`] looks at everything again after each read;
    /// its limit bounds what that costs. A client that ends a body
    /// with a line end too many is forgiven.
    pub(crate) async fn head(
        &mut self,
        limits: &HeadLimits,
    ) -> Result<Option<Head>, MessageError> {
        // ANCHOR: head
        loop {
            // A line end too many (RFC 9112, 2.2).
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
        // ANCHOR_END: head
    }

    /// Reads the next chunk of a body, at most 16 KiB. `None`:
    /// it is complete, and what follows was not touched.
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

    /// Reads a body and drops it. `false`: it is longer than
    /// `limit` bytes, and part of it was not read.
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

    /// Ends our direction, then drops at most `limit` bytes of
    /// what the peer still sends. Closed with unread bytes in it,
    /// a socket is reset, and the reset can destroy a response on
    /// its way (RFC 9112, section 9.6).
    pub(crate) async fn close(mut self, limit: u64) {
        // The response is out: whatever comes of this isn't an error.
        if self.transport.shutdown().await.is_ok() {
            let mut rest = self.transport.take(limit);
            let mut nowhere = tokio::io::sink();
            let _ = tokio::io::copy(&mut rest, &mut nowhere).await;
        }
    }

    /// Reads once. 0: the connection has ended.
    async fn fill(&mut self) -> std::io::Result<usize> {
        self.buffer.reserve(READ);
        let mut room = (&mut self.buffer).limit(READ);
        self.transport.read_buf(&mut room).await
    }
}
