//! A peer that follows a script: it can send in pieces, stall, close its direction,
//! reset the connection, or accept only a little. It works over TCP or in memory, where
//! a read never returns more than one piece and no kernel buffer hides anything.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use lab_net::peer::Peer;
//! use tokio::io::AsyncReadExt;
//!
//! let (mut wire, peer) = Peer::new().sends(b"ab").sends(b"cd").ends().in_memory();
//! let mut buffer = [0; 8];
//! assert_eq!(wire.read(&mut buffer).await.expect("a piece"), 2);
//! drop(wire);
//! assert_eq!((peer.sent(), peer.is_dropped()), (2, true));
//! # }
//! ```

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;

use lab::split::Pieces;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

mod wire;

pub use wire::{Seen, Wire};

/// After this many bytes, a peer that sends endlessly stops with an error. It's far
/// more than any limit of a chapter.
pub const ENDLESS: u64 = 16 * 1024 * 1024;

/// The peer's acts, in order. After the last act, it keeps the connection open and
/// sends nothing more.
#[derive(Clone, Debug, Default)]
pub struct Peer {
    acts: VecDeque<Act>,
    takes: Takes,
    /// Whether it closes its direction when the other one was closed.
    polite: bool,
}

#[derive(Clone, Debug)]
enum Act {
    Send(Vec<u8>),
    SendOn(u8),
    Stall,
    End,
    Fail(io::ErrorKind),
}

/// How the peer treats the bytes that are written to it.
#[derive(Clone, Copy, Debug)]
struct Takes {
    /// The most bytes that it accepts in one write.
    short: usize,
    /// The most bytes that it accepts in total. Further writes wait until it accepts
    /// more.
    most: usize,
    /// Whether further writes fail instead of waiting.
    breaks: bool,
    /// The error of a write or a close that fails.
    kind: Option<io::ErrorKind>,
    /// Whether bytes are held back until a flush or the close, as a buffered writer and
    /// TLS do.
    buffered: bool,
    /// How the peer reacts when the direction to it is closed.
    end: End,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Taken,
    Waits,
    Fails,
}

impl Default for Takes {
    fn default() -> Takes {
        Takes {
            short: usize::MAX,
            most: usize::MAX,
            breaks: false,
            kind: None,
            buffered: false,
            end: End::Taken,
        }
    }
}

impl Peer {
    /// Returns a peer that sends nothing and accepts everything.
    pub fn new() -> Peer {
        Peer::default()
    }

    /// Sends a piece. In memory, no read brings more than one piece.
    pub fn sends(mut self, bytes: &[u8]) -> Peer {
        if !bytes.is_empty() {
            self.acts.push_back(Act::Send(bytes.to_vec()));
        }
        self
    }

    /// Sends several pieces.
    pub fn sends_all(self, pieces: &Pieces<'_>) -> Peer {
        pieces.into_iter().fold(self, Peer::sends)
    }

    /// Sends one byte again and again, up to [`ENDLESS`].
    pub fn sends_without_end(mut self, byte: u8) -> Peer {
        self.acts.push_back(Act::SendOn(byte));
        self
    }

    /// Sends nothing until the check calls [`Seen::resume`].
    pub fn stalls(mut self) -> Peer {
        self.acts.push_back(Act::Stall);
        self
    }

    /// Closes its direction, but continues to read: a half-close.
    pub fn ends(mut self) -> Peer {
        self.acts.push_back(Act::End);
        self
    }

    /// In memory: after its last act, closes its direction when the other direction was
    /// closed, like a client that has its response.
    pub fn ends_when_answered(mut self) -> Peer {
        self.polite = true;
        self
    }

    /// Resets the connection.
    pub fn resets(mut self) -> Peer {
        self.acts
            .push_back(Act::Fail(io::ErrorKind::ConnectionReset));
        self
    }

    /// In memory: reads from it fail with this error, and it accepts nothing more. Over
    /// TCP: resets the connection.
    pub fn fails(mut self, kind: io::ErrorKind) -> Peer {
        self.acts.push_back(Act::Fail(kind));
        self
    }

    /// In memory: accepts at most this many bytes in one write.
    pub fn takes_short(mut self, bytes: usize) -> Peer {
        self.takes.short = bytes.max(1);
        self
    }

    /// In memory: accepts this many bytes in total, and more only after
    /// [`Seen::takes_more`].
    pub fn takes_only(mut self, bytes: usize) -> Peer {
        self.takes.most = bytes;
        self
    }

    /// In memory: accepts this many bytes in total; the next write fails.
    pub fn breaks_after(mut self, bytes: usize) -> Peer {
        self.takes.most = bytes;
        self.takes.breaks = true;
        self
    }

    /// In memory: closing the direction to it waits forever, like TLS when there's no
    /// room for its last message.
    pub fn never_takes_the_end(mut self) -> Peer {
        self.takes.end = End::Waits;
        self
    }

    /// In memory: closing the direction to it fails, as with a peer that has
    /// disconnected.
    pub fn breaks_at_the_end(mut self) -> Peer {
        self.takes.end = End::Fails;
        self
    }

    /// In memory: a write or a close that fails does so with this error.
    pub fn breaks_with(mut self, kind: io::ErrorKind) -> Peer {
        self.takes.kind = Some(kind);
        self
    }

    /// In memory: receives written bytes only after a flush or the close.
    pub fn behind_a_buffer(mut self) -> Peer {
        self.takes.buffered = true;
        self
    }

    /// Returns the transport that leads to this peer, and a view of what the peer sees.
    pub fn in_memory(self) -> (Wire, Seen) {
        wire::between(self)
    }

    /// Plays its acts over TCP, up to the first stall or to the end, and returns the
    /// connection as it is then. Returns `None` if the peer has reset it.
    pub async fn play(self, address: SocketAddr) -> io::Result<Option<TcpStream>> {
        let mut stream = TcpStream::connect(address).await?;
        // Otherwise the kernel would join the pieces again.
        stream.set_nodelay(true)?;
        for act in self.acts {
            match act {
                Act::Send(piece) => stream.write_all(&piece).await?,
                Act::SendOn(byte) => send_on(&mut stream, byte).await?,
                Act::Stall => break,
                Act::End => stream.shutdown().await?,
                Act::Fail(_) => {
                    // A socket that is dropped with a linger time of 0 is reset.
                    stream.set_zero_linger()?;
                    return Ok(None);
                }
            }
        }
        Ok(Some(stream))
    }
}

/// Sends until the other side stops reading, which is an error.
async fn send_on(stream: &mut TcpStream, byte: u8) -> io::Result<()> {
    let piece = vec![byte; 64 * 1024];
    let mut sent = 0;
    while sent < ENDLESS {
        stream.write_all(&piece).await?;
        sent += piece.len() as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use lab::split;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn one_piece_is_one_read() {
        let pieces = split::every_so_many(b"abcde", 2);
        let (mut wire, seen) = Peer::new().sends_all(&pieces).ends().in_memory();
        let mut buffer = [0; 8];
        for length in [2, 2, 1, 0, 0] {
            let read = wire.read(&mut buffer).await;
            assert_eq!(read.expect("no fault"), length);
        }
        assert_eq!((seen.sent(), seen.reads_after_end()), (5, 2));
    }

    #[tokio::test]
    async fn a_stalled_peer_goes_on_when_it_is_resumed() {
        let peer = Peer::new().stalls().sends(b"late");
        let (mut wire, seen) = peer.in_memory();
        let read = tokio::spawn(async move {
            let mut buffer = [0; 8];
            wire.read(&mut buffer).await.map(|read| (read, wire))
        });
        while !seen.is_awaited() {
            tokio::task::yield_now().await;
        }
        seen.resume();
        let (length, wire) = read.await.expect("no panic").expect("no fault");
        assert_eq!((length, seen.is_dropped()), (4, false));
        drop(wire);
        assert!(seen.is_dropped());
    }

    #[tokio::test]
    async fn a_polite_peer_ends_after_the_other_side() {
        let peer = Peer::new().sends(b"a").ends_when_answered();
        let (mut wire, seen) = peer.in_memory();
        assert_eq!(wire.read_u8().await.expect("a byte"), b'a');
        let mut buffer = [0; 8];
        let (mut read, mut write) = tokio::io::split(wire);
        let (length, ended) = tokio::join!(read.read(&mut buffer), write.shutdown());
        assert_eq!(length.expect("the end"), 0);
        ended.expect("ended");
        assert!(seen.is_ended());
    }

    #[tokio::test]
    async fn who_reads_on_after_the_end_gets_an_error_at_last() {
        let (mut wire, _) = Peer::new().ends().in_memory();
        let mut reads = 0;
        while wire.read_u8().await.expect_err("no byte").kind()
            == io::ErrorKind::UnexpectedEof
        {
            reads += 1;
        }
        assert_eq!(reads, 100);
    }

    #[tokio::test]
    async fn a_reset_is_an_error_in_both_directions() {
        let (mut wire, seen) = Peer::new().sends(b"a").resets().in_memory();
        assert_eq!(wire.read_u8().await.expect("a byte"), b'a');
        let read = wire.read_u8().await.expect_err("reset");
        assert_eq!(read.kind(), io::ErrorKind::ConnectionReset);
        assert!(wire.write_all(b"b").await.is_err());
        assert!(seen.received().is_empty());

        let kind = io::ErrorKind::TimedOut;
        let (mut wire, _) = Peer::new().fails(kind).in_memory();
        assert_eq!(wire.read_u8().await.expect_err("fails").kind(), kind);
    }

    #[tokio::test]
    async fn bytes_behind_a_buffer_come_with_a_flush_or_at_the_end() {
        let (mut wire, seen) = Peer::new().behind_a_buffer().in_memory();
        wire.write_all(b"a").await.expect("taken");
        assert!(seen.received().is_empty());
        wire.flush().await.expect("flushed");
        wire.write_all(b"b").await.expect("taken");
        wire.shutdown().await.expect("ended");
        assert_eq!((seen.received(), seen.is_ended()), (b"ab".to_vec(), true));
        assert!(wire.write_all(b"c").await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_takes_no_more_than_it_was_told_to() {
        let (mut wire, seen) = Peer::new().takes_short(2).takes_only(3).in_memory();
        assert_eq!(wire.write(b"abcd").await.expect("taken"), 2);
        assert_eq!(wire.write(b"cd").await.expect("taken"), 1);
        let day = std::time::Duration::from_secs(86_400);
        let waited = tokio::time::timeout(day, wire.write(b"d")).await;
        assert!(waited.is_err());
        assert_eq!(seen.received(), b"abc");
        let (written, ()) = tokio::join!(wire.write(b"d"), async {
            seen.takes_more(1);
        });
        assert_eq!(written.expect("taken"), 1);
        assert_eq!(seen.received(), b"abcd");
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_breaks_fails_the_write_or_the_end() {
        let (mut wire, seen) = Peer::new().breaks_after(3).in_memory();
        let written = wire.write_all(b"abcd").await.expect_err("broken");
        assert_eq!(written.kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(seen.received(), b"abc");

        let (mut wire, seen) = Peer::new().breaks_at_the_end().in_memory();
        wire.write_all(b"a").await.expect("taken");
        let ended = wire.shutdown().await.expect_err("broken");
        assert_eq!(ended.kind(), io::ErrorKind::NotConnected);
        assert!(!seen.is_ended());

        let kind = io::ErrorKind::BrokenPipe;
        let peer = Peer::new().breaks_after(0).breaks_at_the_end();
        let (mut wire, _) = peer.breaks_with(kind).in_memory();
        let written = wire.write_all(b"a").await.expect_err("broken");
        let ended = wire.shutdown().await.expect_err("broken");
        assert_eq!((written.kind(), ended.kind()), (kind, kind));

        let (mut wire, seen) = Peer::new().never_takes_the_end().in_memory();
        let day = std::time::Duration::from_secs(86_400);
        assert!(tokio::time::timeout(day, wire.shutdown()).await.is_err());
        assert!(!seen.is_ended());
    }

    #[tokio::test]
    async fn an_endless_peer_ends_with_an_error() {
        let (mut wire, seen) = Peer::new().sends_without_end(b'x').in_memory();
        let copied = tokio::io::copy(&mut wire, &mut tokio::io::sink()).await;
        assert!(copied.is_err());
        assert_eq!(seen.sent(), ENDLESS);
    }

    #[tokio::test]
    async fn over_tcp_it_stalls_ends_and_resets_too() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let address = listener.local_addr().expect("bound");

        let played = Peer::new().sends(b"a").ends().play(address).await;
        let ended = played.expect("connected").expect("open");
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut all = Vec::new();
        stream.read_to_end(&mut all).await.expect("an orderly end");
        assert_eq!(all, b"a");
        drop(ended);

        let stalled = Peer::new().sends(b"a").stalls().sends(b"b").play(address);
        let mut stalled = stalled.await.expect("connected").expect("open");
        let (mut stream, _) = listener.accept().await.expect("a connection");
        stalled.write_all(b"c").await.expect("sent");
        let mut two = [0; 2];
        stream.read_exact(&mut two).await.expect("two bytes");
        assert_eq!(&two, b"ac");

        let played = Peer::new().sends(b"a").resets().play(address).await;
        assert!(played.expect("connected").is_none());
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let read = stream.read_to_end(&mut all).await.expect_err("reset");
        assert_eq!(read.kind(), io::ErrorKind::ConnectionReset);
    }
}
