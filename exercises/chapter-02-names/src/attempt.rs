//! One attempt to get an answer: over UDP, and over TCP if it
//! doesn't fit.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::query::UDP_SIZE;
use crate::{Datagram, Message, NameError, Question, Servers};

/// A question that was sent, and is waiting for its answer.
pub(crate) struct Attempt<'a> {
    /// The server that the question is sent to.
    pub(crate) servers: &'a dyn Servers,
    /// The question as [`encode_query`](crate::encode_query) has
    /// written it.
    pub(crate) query: &'a [u8],
    /// The id in the query.
    pub(crate) id: u16,
    /// The question in the query.
    pub(crate) question: &'a Question,
    /// Why the last message that arrived was rejected.
    pub(crate) refused: NameError,
}

impl Attempt<'_> {
    /// Sends the query, once, and waits for a message that is an answer
    /// to it. Messages that don't come from `servers.address()` are
    /// ignored. A message that [`accept`](Self::accept) rejects is
    /// ignored, too, but its error is kept in `refused`.
    ///
    /// The query promises the server that we can read messages of
    /// `UDP_SIZE` bytes, so the buffer must have room for one. If the
    /// answer is truncated, this asks again with
    /// [`over_tcp`](Self::over_tcp) and returns that answer.
    ///
    /// The caller gives up waiting by dropping the future.
    ///
    /// # Errors
    ///
    /// The errors of the socket, and of `over_tcp`.
    pub(crate) async fn over_udp(
        &mut self,
        datagram: &mut dyn Datagram,
    ) -> Result<Message, NameError> {
        todo!("chapter 2: ask {:?} over UDP", self.question)
    }

    /// Asks the same question over a stream, where an answer of any
    /// size fits.
    ///
    /// A stream doesn't show where a message ends, so each message is
    /// preceded by its length, in two bytes that aren't part of that
    /// length (RFC 1035, section 4.2.2). Length and query are written
    /// in one call and then flushed, because two writes would be two
    /// packets. A single read may bring only part of the answer, or
    /// bytes after it.
    ///
    /// # Errors
    ///
    /// The errors of the stream and of `accept`, and `Exchange` if the
    /// answer is truncated over TCP, too.
    async fn over_tcp(&self) -> Result<Message, NameError> {
        todo!("chapter 2: ask {:?} over TCP", self.question)
    }

    /// Reads `message` if it answers this question, which means that it
    /// has the id and the question of the query. A forger who can't see
    /// the query has to guess the id (RFC 5452, section 9.1).
    ///
    /// # Errors
    ///
    /// The errors of [`Message::read`], and `Exchange` for an answer to
    /// another question.
    fn accept(&self, message: &[u8]) -> Result<Message, NameError> {
        todo!("chapter 2: does this answer {:?}?", self.question)
    }
}
