//! The way to a peer in memory.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{Act, ENDLESS, End, Peer, Takes};

/// If a reader polls this often after EOF, it counts as a busy loop.
const ENDS: usize = 100;
/// The most bytes that one read from an endless peer returns, which is more than any
/// reader should ask for at once.
const PIECE: usize = 1024 * 1024;

/// A transport that leads to a [`Peer`].
#[derive(Debug)]
pub struct Wire {
    state: Arc<Mutex<State>>,
}

/// What the peer at the other end of a [`Wire`] sees. It still works after the wire was
/// dropped.
#[derive(Clone, Debug)]
pub struct Seen {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    acts: VecDeque<Act>,
    takes: Takes,
    polite: bool,
    sent: u64,
    /// Bytes that were written but are held back; see [`Takes::buffered`].
    held: Vec<u8>,
    received: Vec<u8>,
    reads_after_end: usize,
    awaited: bool,
    ended: bool,
    reset: bool,
    dropped: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// The wire to `peer`, and what the peer sees.
pub(super) fn between(peer: Peer) -> (Wire, Seen) {
    let state = Arc::new(Mutex::new(State {
        acts: peer.acts,
        takes: peer.takes,
        polite: peer.polite,
        sent: 0,
        held: Vec::new(),
        received: Vec::new(),
        reads_after_end: 0,
        awaited: false,
        ended: false,
        reset: false,
        dropped: false,
        reader: None,
        writer: None,
    }));
    let wire = Wire {
        state: Arc::clone(&state),
    };
    (wire, Seen { state })
}

impl Seen {
    /// Returns how many bytes of the peer were read.
    pub fn sent(&self) -> u64 {
        lock(&self.state).sent
    }

    /// Returns the bytes that have reached the peer so far.
    pub fn received(&self) -> Vec<u8> {
        lock(&self.state).received.clone()
    }

    /// Returns whether the other direction was closed (a half-close) or the wire was
    /// dropped.
    pub fn is_ended(&self) -> bool {
        let state = lock(&self.state);
        state.ended || state.dropped
    }

    /// Returns whether the other direction was closed, and not only dropped.
    pub fn was_ended(&self) -> bool {
        lock(&self.state).ended
    }

    /// Whether the wire was dropped.
    pub fn is_dropped(&self) -> bool {
        lock(&self.state).dropped
    }

    /// Returns how often EOF was read. After the hundredth time, reading is an error.
    pub fn reads_after_end(&self) -> usize {
        lock(&self.state).reads_after_end
    }

    /// Returns whether the other side has tried to read after the peer's last byte, and
    /// is still waiting.
    pub fn is_awaited(&self) -> bool {
        lock(&self.state).awaited
    }

    /// Ends the current stall, or the next one.
    pub fn resume(&self) {
        let mut state = lock(&self.state);
        let stall = state.acts.iter().position(|act| matches!(act, Act::Stall));
        if let Some(stall) = stall {
            state.acts.remove(stall);
        }
        if let Some(reader) = state.reader.take() {
            reader.wake();
        }
    }

    /// Accepts this many bytes more, if [`Peer::takes_only`] limits the total.
    pub fn takes_more(&self, bytes: usize) {
        let mut state = lock(&self.state);
        state.takes.most = state.takes.most.saturating_add(bytes);
        if let Some(writer) = state.writer.take() {
            writer.wake();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut guard = lock(&self.state);
        let state = &mut *guard;
        let room = buffer.remaining();
        if room == 0 {
            return Poll::Ready(Ok(()));
        }
        match state.acts.front_mut() {
            Some(Act::Send(piece)) => {
                let length = piece.len().min(room);
                buffer.put_slice(&piece[..length]);
                piece.drain(..length);
                if piece.is_empty() {
                    state.acts.pop_front();
                }
                state.sent += length as u64;
            }
            Some(Act::SendOn(byte)) => {
                let left = usize::try_from(ENDLESS - state.sent).unwrap_or(usize::MAX);
                let length = room.min(PIECE).min(left);
                if length == 0 {
                    let what = "the check stops an endless peer here";
                    return Poll::Ready(Err(io::Error::other(what)));
                }
                buffer.initialize_unfilled_to(length).fill(*byte);
                buffer.advance(length);
                state.sent += length as u64;
            }
            Some(Act::End) => state.end()?,
            None if state.polite && state.ended => state.end()?,
            Some(Act::Fail(kind)) => {
                state.reset = true;
                return Poll::Ready(Err((*kind).into()));
            }
            Some(Act::Stall) | None => {
                state.awaited = true;
                state.reader = Some(context.waker().clone());
                return Poll::Pending;
            }
        }
        state.awaited = false;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut guard = lock(&self.state);
        let state = &mut *guard;
        if state.ended || state.reset {
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        let taken = state.received.len() + state.held.len();
        let room = state.takes.most.saturating_sub(taken);
        let length = bytes.len().min(state.takes.short).min(room);
        if length == 0 && !bytes.is_empty() {
            if state.takes.breaks {
                let kind = state.takes.kind.unwrap_or(ErrorKind::ConnectionReset);
                return Poll::Ready(Err(kind.into()));
            }
            state.writer = Some(context.waker().clone());
            return Poll::Pending;
        }
        let target = if state.takes.buffered {
            &mut state.held
        } else {
            &mut state.received
        };
        target.extend_from_slice(&bytes[..length]);
        Poll::Ready(Ok(length))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        lock(&self.state).flush();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let mut state = lock(&self.state);
        match state.takes.end {
            // Nobody wakes the task, because this peer never completes the close.
            End::Waits => return Poll::Pending,
            End::Fails => {
                let kind = state.takes.kind.unwrap_or(ErrorKind::NotConnected);
                return Poll::Ready(Err(kind.into()));
            }
            End::Taken => {}
        }
        state.flush();
        state.ended = true;
        if let Some(reader) = state.reader.take() {
            reader.wake();
        }
        Poll::Ready(Ok(()))
    }
}

impl State {
    /// EOF is read once more.
    fn end(&mut self) -> io::Result<()> {
        self.reads_after_end += 1;
        if self.reads_after_end > ENDS {
            return Err(io::Error::other("kept reading after the end"));
        }
        Ok(())
    }

    fn flush(&mut self) {
        let held = std::mem::take(&mut self.held);
        self.received.extend(held);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        lock(&self.state).dropped = true;
    }
}

/// A panic of the code under test can't have left this half-changed.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
