//! What the server says at `/metrics`.

use std::collections::HashMap;
use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use lab_net::client::Client;
use lab_net::request::Request;

/// More than the answer ever has, in bytes.
const LONGEST: usize = 1024 * 1024;

/// The server's numbers of one moment, by name.
#[derive(Debug, Clone)]
pub struct Numbers {
    values: HashMap<String, f64>,
}

impl Numbers {
    /// Asks for them.
    pub async fn ask(server: SocketAddr) -> Result<Numbers> {
        let mut connection = Client::new(server).connect().await?;
        let request = Request::get("/metrics").header("Connection", "close");
        connection.sender.send(&request.bytes(server)).await?;
        let head = connection.receiver.final_head().await?;
        ensure!(head.status == 200, "/metrics says {}", head.status);
        let mut body = connection.receiver.body(&head, "GET")?;
        Numbers::read(&body.text(LONGEST).await?)
    }

    /// Reads the text format: a name and a value on each line.
    fn read(text: &str) -> Result<Numbers> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let read = |line: &str| {
            let (name, value) = line.split_once(' ').context("a value")?;
            anyhow::Ok((name.to_owned(), value.parse()?))
        };
        let values = lines.map(|line| read(line).with_context(|| line.to_owned()));
        let values: HashMap<_, _> = values.collect::<Result<_>>()?;
        ensure!(!values.is_empty(), "/metrics has no number");
        Ok(Numbers { values })
    }

    /// The number called `server_` and so on.
    pub fn get(&self, name: &str) -> Result<f64> {
        let value = self.values.get(&format!("server_{name}"));
        value
            .copied()
            .with_context(|| format!("/metrics lacks server_{name}"))
    }
}
