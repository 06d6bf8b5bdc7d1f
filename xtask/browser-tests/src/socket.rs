//! A conversation in the DevTools protocol: commands, their answers, and events.

use crate::error::{Error, Result};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use tungstenite::{Message, WebSocket};

/// How long one command may take. Printing the whole book is the longest.
const ANSWER: Duration = Duration::from_secs(300);

/// One open conversation, with a browser or with one of its tabs.
pub struct Socket {
    stream: WebSocket<TcpStream>,
    last: u64,
    events: VecDeque<Event>,
}

/// Something that happened without being asked for.
#[derive(Debug)]
pub struct Event {
    /// Its name, such as `Network.requestWillBeSent`.
    pub method: String,
    /// What the protocol tells with it.
    pub params: Value,
}

impl Socket {
    /// Opens the conversation at `ws://ADDRESS/PATH`.
    ///
    /// # Errors
    ///
    /// Nobody listens there, or it is no DevTools address.
    pub fn connect(address: SocketAddr, path: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        // Small commands wait for no answer of the peer's kernel.
        stream.set_nodelay(true)?;
        let (stream, _) = tungstenite::client(format!("ws://{address}{path}"), stream)
            .map_err(|error| Error::Connection(error.to_string()))?;
        Ok(Socket {
            stream,
            last: 0,
            events: VecDeque::new(),
        })
    }

    /// Sends a command and waits for its answer. Events that come first are kept.
    ///
    /// # Errors
    ///
    /// The browser refuses, is gone, or does not answer within a minute.
    pub fn call(&mut self, method: &str, params: Value) -> Result<Value> {
        self.last += 1;
        let id = self.last;
        let command = json!({ "id": id, "method": method, "params": params });
        self.stream
            .send(Message::text(command.to_string()))
            .map_err(|error| Error::Connection(error.to_string()))?;
        let deadline = Instant::now() + ANSWER;
        loop {
            let Some(mut message) = self.read(deadline)? else {
                return Err(Error::Deadline {
                    awaited: format!("the response to {method}"),
                    after: ANSWER,
                });
            };
            if message["id"] != id {
                self.keep(message);
                continue;
            }
            if let Some(reason) = message["error"]["message"].as_str() {
                return Err(Error::Refused {
                    method: method.to_string(),
                    reason: reason.to_string(),
                });
            }
            return Ok(message["result"].take());
        }
    }

    /// The next event, or nothing when none came for as long as `patience`.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn event(&mut self, patience: Duration) -> Result<Option<Event>> {
        let deadline = Instant::now() + patience;
        while self.events.is_empty() {
            match self.read(deadline)? {
                Some(message) => self.keep(message),
                None => return Ok(None),
            }
        }
        Ok(self.events.pop_front())
    }

    /// The next event that is here already.
    pub fn event_at_hand(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    fn keep(&mut self, mut message: Value) {
        let params = message["params"].take();
        // An answer that nobody waits for any more has no method.
        if let Some(method) = message["method"].as_str() {
            self.events.push_back(Event {
                method: method.to_string(),
                params,
            });
        }
    }

    /// The next message; `None` when the deadline passes.
    fn read(&mut self, deadline: Instant) -> Result<Option<Value>> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            self.stream.get_mut().set_read_timeout(Some(left))?;
            match self.stream.read() {
                Ok(Message::Text(text)) => {
                    let message = serde_json::from_str(&text).map_err(|error| {
                        Error::Connection(format!("no JSON: {error}"))
                    })?;
                    return Ok(Some(message));
                }
                Ok(_) => {}
                Err(tungstenite::Error::Io(error)) if is_timeout(&error) => {
                    return Ok(None);
                }
                Err(error) => return Err(Error::Connection(error.to_string())),
            }
        }
    }
}

/// Unix says that reading would block, Windows that it took too long.
fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
