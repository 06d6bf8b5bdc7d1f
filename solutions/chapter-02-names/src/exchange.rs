//! One question and its answer, over a network that loses, cuts
//! and forges.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::query::UDP_SIZE;
use crate::{
    Datagram, Message, NameError, Question, Servers, encode_query,
};

/// When to give up waiting and ask again: one try for each wait.
#[derive(Debug, Clone)]
pub struct RetrySchedule {
    /// How long each try may take. A try that fails at once
    /// still takes its time: a server in trouble is not helped
    /// by a storm of questions.
    pub waits: Vec<Duration>,
}

impl Default for RetrySchedule {
    /// Three tries, of 1, 2 and 4 seconds.
    fn default() -> Self {
        let waits = [1, 2, 4].map(Duration::from_secs).to_vec();
        Self { waits }
    }
}

/// Asks `question` over UDP, and again over TCP where the answer
/// did not fit. What comes back counts only from the server's
/// address, with this `id` and this question; anything else is
/// passed over (RFC 5452, section 9.1).
///
/// All tries send the same bytes through one socket, so a late
/// answer to an earlier try still counts. `NoAnswer` when the
/// schedule is through, or the reason why the last thing that
/// came was refused.
pub async fn exchange(
    servers: &dyn Servers,
    id: u16,
    question: &Question,
    schedule: &RetrySchedule,
) -> Result<Message, NameError> {
    let query = encode_query(id, question);
    let mut datagram = servers.datagram().await?;
    let mut asking = Asking {
        servers,
        query: &query,
        id,
        question,
        refused: NameError::NoAnswer,
    };
    for wait in &schedule.waits {
        let end = Instant::now() + *wait;
        let asked = asking.once(&mut *datagram);
        match timeout_at(end, asked).await {
            Ok(Ok(message)) => return Ok(message),
            Ok(Err(error)) => asking.refused = error,
            // Lost on the way there or back, or merely late.
            Err(_) => {}
        }
        sleep_until(end).await;
    }
    Err(asking.refused)
}

/// A question on its way.
struct Asking<'a> {
    servers: &'a dyn Servers,
    query: &'a [u8],
    id: u16,
    question: &'a Question,
    /// Why the last thing that came was no answer.
    refused: NameError,
}

impl Asking<'_> {
    // ANCHOR: once
    /// Sends the question, and waits for its answer.
    async fn once(
        &mut self,
        datagram: &mut dyn Datagram,
    ) -> Result<Message, NameError> {
        datagram.send(self.query).await?;
        // As much as the question said that we take.
        let mut buffer = [0; UDP_SIZE as usize];
        loop {
            let (length, from) = datagram.receive(&mut buffer).await?;
            if from != self.servers.address() {
                continue;
            }
            match self.answer(&buffer[..length]) {
                Ok(message) if message.truncated => {
                    return self.over_tcp().await;
                }
                Ok(message) => return Ok(message),
                Err(error) => self.refused = error,
            }
        }
    }
    // ANCHOR_END: once

    /// The same question where any answer fits: each message is
    /// behind its length, in two bytes that do not count
    /// themselves (RFC 1035, section 4.2.2).
    async fn over_tcp(&self) -> Result<Message, NameError> {
        let mut stream = self.servers.stream().await?;
        let length = u16::try_from(self.query.len())
            .expect("a question is shorter than 300 bytes");
        // One write: two would be two packets.
        let framed = [&length.to_be_bytes(), self.query].concat();
        stream.write_all(&framed).await?;
        stream.flush().await?;
        let length = stream.read_u16().await?;
        // A stream has no edges: a read may bring less than the
        // message, or more. This one goes on up to its length.
        let mut message = Vec::new();
        stream
            .take(u64::from(length))
            .read_to_end(&mut message)
            .await?;
        let message = self.answer(&message)?;
        if message.truncated {
            let what = "the answer is cut over TCP too";
            return Err(NameError::Exchange(what.to_owned()));
        }
        Ok(message)
    }

    /// Reads `message`, if it answers the question.
    fn answer(&self, message: &[u8]) -> Result<Message, NameError> {
        let message = Message::read(message)?;
        if message.id != self.id || message.question != *self.question {
            let what = "an answer to another question came";
            return Err(NameError::Exchange(what.to_owned()));
        }
        Ok(message)
    }
}
