//! A transport whose writes take nothing, and aren't errors.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use lab_net::peer::Wire;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// After so many writes, it waits: a client that asks again would
/// never stop.
const WRITES: usize = 1000;

/// Takes so many bytes of an answer, and then none.
pub struct TakesNothing {
    wire: Wire,
    room: usize,
    writes: usize,
}

impl TakesNothing {
    /// The way to the peer behind `wire`, for so many bytes.
    pub fn after(room: usize, wire: Wire) -> Self {
        Self {
            wire,
            room,
            writes: 0,
        }
    }
}

impl AsyncRead for TakesNothing {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_read(context, buffer)
    }
}

impl AsyncWrite for TakesNothing {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let most = self.room.min(bytes.len());
        if most > 0 {
            self.room -= most;
            let taken = &bytes[..most];
            return Pin::new(&mut self.wire).poll_write(context, taken);
        }
        self.writes += 1;
        if self.writes > WRITES {
            return Poll::Pending;
        }
        Poll::Ready(Ok(0))
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(context)
    }
}
