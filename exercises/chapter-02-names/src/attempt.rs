//! One attempt to get an answer: over UDP, and over TCP if it
//! doesn't fit.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::query::UDP_SIZE;
use crate::{Datagram, Message, NameError, Question, Servers};

/// A question on its way.
pub(crate) struct Attempt<'a> {
    /// Whom it is sent to.
    pub(crate) servers: &'a dyn Servers,
    /// The question as [`encode_query`](crate::encode_query) has
    /// written it.
    pub(crate) query: &'a [u8],
    /// The id in the query.
    pub(crate) id: u16,
    /// The question in the query.
    pub(crate) question: &'a Question,
    /// Why the last message that came was refused.
    pub(crate) refused: NameError,
}

impl Attempt<'_> {
    /// Sends the query, once, and waits for a message that is an
    /// answer to it. Messages from elsewhere than
    /// `servers.address()` are ignored. One that
    /// [`accept`](Self::accept) refuses is ignored too, but its
    /// error is kept in `refused`.
    ///
    /// The query has promised that a message of `UDP_SIZE` bytes is
    /// read whole. A truncated one is no use: the answer then is
    /// what [`over_tcp`](Self::over_tcp) returns.
    ///
    /// The caller gives up waiting by dropping the future.
    ///
    /// # Errors
    ///
    /// Those of the sockets, and of `over_tcp`.
    pub(crate) async fn over_udp(
        &mut self,
        datagram: &mut dyn Datagram,
    ) -> Result<Message, NameError> {
        todo!("chapter 2: ask {:?} over UDP", self.question)
    }

    /// Asks the same question over a stream, where any answer fits.
    /// A stream has no edges, so each message follows its length,
    /// two bytes that don't count themselves (RFC 1035, section
    /// 4.2.2). Length and query leave in one write, since two would
    /// be two packets, and are flushed. One read may bring less
    /// than the message, or more than it.
    ///
    /// # Errors
    ///
    /// Those of the stream and of `accept`, and `Exchange` for an
    /// answer that is truncated here, too.
    async fn over_tcp(&self) -> Result<Message, NameError> {
        todo!("chapter 2: ask {:?} over TCP", self.question)
    }

    /// Reads `message`, if it answers this question: it has the id
    /// and the question of the query. Whoever doesn't see the query
    /// has to guess both (RFC 5452, section 9.1).
    ///
    /// # Errors
    ///
    /// Those of [`Message::read`], and `Exchange` for an answer to
    /// another question.
    fn accept(&self, message: &[u8]) -> Result<Message, NameError> {
        todo!("chapter 2: does this answer {:?}?", self.question)
    }
}
