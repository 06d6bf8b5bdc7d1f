//! An upload: a form with files.

use std::net::SocketAddr;

use anyhow::Result;
use lab_net::client::{Client, Head};

const BOUNDARY: &str = "----a-boundary-of-the-tests";

/// A `multipart/form-data` body with files.
#[derive(Debug, Clone, Default)]
pub struct Form {
    parts: Vec<u8>,
}

impl Form {
    /// Without files.
    pub fn new() -> Form {
        Form::default()
    }

    /// One file more.
    pub fn file(mut self, name: &str, content: &[u8]) -> Form {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; \
             filename=\"{name}\"\r\n\r\n"
        );
        self.parts.extend_from_slice(head.as_bytes());
        self.parts.extend_from_slice(content);
        self.parts.extend_from_slice(b"\r\n");
        self
    }

    /// Of the body, in bytes.
    pub fn length(&self) -> usize {
        self.parts.len() + end().len()
    }

    /// The request, head and body.
    pub fn bytes(&self, server: SocketAddr) -> Vec<u8> {
        let length = self.length();
        let head = format!(
            "POST /files HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\
             Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\
             Content-Length: {length}\r\n\r\n"
        );
        [head.as_bytes(), &self.parts, end().as_bytes()].concat()
    }

    /// Sends it to its end, as simple clients do, and reads the answer then.
    pub async fn send(&self, server: SocketAddr) -> Result<Head> {
        let mut connection = Client::new(server).connect().await?;
        // A server that has refused may close in the middle. The answer counts.
        let _ = connection.sender.send(&self.bytes(server)).await;
        Ok(connection.receiver.final_head().await?)
    }
}

fn end() -> String {
    format!("--{BOUNDARY}--\r\n")
}
