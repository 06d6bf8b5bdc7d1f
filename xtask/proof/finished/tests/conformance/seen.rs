//! What a server answered.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use lab_net::client::{Client, Connection, Error, Head};
use tokio::net::TcpStream;

use super::request::Request;

/// How long a server has for each byte. Only one that never closes needs it.
const PATIENCE: Duration = Duration::from_secs(5);
/// No answer of these files is longer.
const LONGEST: usize = 1 << 20;

/// The answer to one request, and the connection behind it.
#[derive(Debug)]
pub struct Seen {
    /// `None`: the connection ended, or broke, without an answer.
    pub head: Option<Head>,
    /// The bytes of the body.
    pub body: Vec<u8>,
    /// Why the body is not whole.
    pub broken: Option<String>,
    connection: Connection<TcpStream>,
    method: String,
    closed: Option<bool>,
    next: Option<Option<u16>>,
}

impl Seen {
    /// Sends the request, and reads the first answer.
    pub async fn ask(server: SocketAddr, request: &Request) -> Seen {
        let connection = Client::new(server).patience(PATIENCE).connect().await;
        let mut connection = connection.expect("the server takes connections");
        // A server may refuse, and close, before it has read everything.
        let _ = connection.sender.send(&request.bytes).await;
        if request.half_close {
            let _ = connection.sender.end().await;
        }
        let method = request.method.clone();
        let head = connection.receiver.final_head().await.ok();
        let mut seen = Seen {
            head,
            body: Vec::new(),
            broken: None,
            connection,
            method,
            closed: None,
            next: None,
        };
        if let Err(error) = seen.read_body().await {
            seen.broken = Some(error.to_string());
        }
        seen
    }

    async fn read_body(&mut self) -> Result<(), Error> {
        let Some(head) = &self.head else {
            return Ok(());
        };
        let receiver = &mut self.connection.receiver;
        let mut body = receiver.body(head, &self.method)?;
        while let Some(chunk) = body.next(64 * 1024).await? {
            self.body.extend_from_slice(&chunk);
            assert!(self.body.len() <= LONGEST, "an answer without an end");
        }
        Ok(())
    }

    /// Whether the server ends the connection behind the answer.
    pub async fn closes(&mut self) -> bool {
        if let Some(closed) = self.closed {
            return closed;
        }
        let (rest, error) = self.connection.receiver.rest(1).await;
        let silent = matches!(error, Some(Error::Silent { .. }));
        *self.closed.insert(rest.is_empty() && !silent)
    }

    /// The status of the next answer; asks for the file first, if nothing was asked
    /// already.
    pub async fn next_status(&mut self, ask: bool) -> Option<u16> {
        if let Some(next) = self.next {
            return next;
        }
        if ask {
            let head = b"HEAD /files/a.bin HTTP/1.1\r\nHost: localhost\r\n\r\n";
            let _ = self.connection.sender.send(head).await;
        }
        let head = self.connection.receiver.final_head().await.ok();
        *self.next.insert(head.map(|head| head.status))
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(head) = &self.head else {
            return f.write_str("no answer");
        };
        write!(f, "{}", head.status)?;
        for (name, value) in &head.headers {
            write!(f, "; {name}: {value}")?;
        }
        write!(f, "; {} bytes", self.body.len())?;
        match &self.broken {
            Some(broken) => write!(f, ", {broken}"),
            None => Ok(()),
        }
    }
}
