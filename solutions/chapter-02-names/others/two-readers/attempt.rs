//! One attempt to get an answer: over UDP, and over TCP if it
//! doesn't fit.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::query::UDP_SIZE;
use crate::{Datagram, Message, NameError, Question, Servers};

/// A question on its way.
pub(crate) struct Attempt<'a> {
    pub(crate) servers: &'a dyn Servers,
    pub(crate) query: &'a [u8],
    pub(crate) id: u16,
    pub(crate) question: &'a Question,
    pub(crate) refused: NameError,
}

impl Attempt<'_> {
    /// Sends the query, once, and waits for its answer.
    pub(crate) async fn over_udp(
        &mut self,
        datagram: &mut dyn Datagram,
    ) -> Result<Message, NameError> {
        datagram.send(self.query).await?;
        let message = loop {
            let mut buffer = vec![0; usize::from(UDP_SIZE)];
            let (length, from) = datagram.receive(&mut buffer).await?;
            buffer.truncate(length);
            if from == self.servers.address() {
                match self.accept(&buffer) {
                    Ok(message) => break message,
                    Err(error) => self.refused = error,
                }
            }
        };
        if message.truncated {
            self.over_tcp().await
        } else {
            Ok(message)
        }
    }

    async fn over_tcp(&self) -> Result<Message, NameError> {
        let mut stream = self.servers.stream().await?;
        let mut framed = Vec::with_capacity(self.query.len() + 2);
        let length = self.query.len() as u16;
        framed.extend(length.to_be_bytes());
        framed.extend(self.query);
        stream.write_all(&framed).await?;
        stream.flush().await?;
        let mut length = [0; 2];
        stream.read_exact(&mut length).await?;
        let mut left = usize::from(u16::from_be_bytes(length));
        let mut message = Vec::new();
        while left > 0 {
            let mut some = [0; 512];
            let room = left.min(some.len());
            let count = stream.read(&mut some[..room]).await?;
            if count == 0 {
                break;
            }
            message.extend(&some[..count]);
            left -= count;
        }
        match self.accept(&message)? {
            message if message.truncated => Err(NameError::Exchange(
                "truncated, even over TCP".to_owned(),
            )),
            message => Ok(message),
        }
    }

    fn accept(&self, message: &[u8]) -> Result<Message, NameError> {
        Message::read(message).and_then(|message| {
            let ours = (self.id, self.question);
            if (message.id, &message.question) == ours {
                Ok(message)
            } else {
                let what = "not our question";
                Err(NameError::Exchange(what.to_owned()))
            }
        })
    }
}
