//! The program of chapter 5 as a child, and requests to it.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use lab::Steps;
use lab::payload::Payload;
use lab::server::{Error, Program, Server};
use lab_net::client::Head;
use lab_net::{Client, Connection, Request};
use tokio::net::TcpStream;

/// The server, whichever tree it is built from.
const SERVER: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-5"),
    option_env!("CARGO_BIN_EXE_chapter-5-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

/// Ends a wait for something that does not come; nothing depends
/// on it.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// The longest body of an answer that is read as text.
const SHORT: usize = 4096;

/// A server that runs.
pub struct Running {
    steps: Steps,
    server: Server,
}

/// A connection that stays open between requests.
pub struct Open {
    steps: Steps,
    address: SocketAddr,
    connection: Connection<TcpStream>,
}

impl Running {
    /// Starts the program with this file, on a free port.
    pub fn start(steps: &Steps, file: &Path) -> Self {
        let name = file.file_name().unwrap_or_default();
        let name = name.to_string_lossy();
        let shown: String = name.chars().take(24).collect();
        steps.step(format!("start the server with {shown:?}"));
        let started = Program::new(SERVER)
            .args(["--listen", "127.0.0.1:0", "--file"])
            .arg(file)
            .start(PATIENCE);
        let server = match started {
            Ok(server) => server,
            Err(error) => {
                steps.fail("a server that says where it listens", error)
            }
        };
        Self {
            steps: steps.clone(),
            server,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The id of its process.
    pub fn pid(&self) -> u32 {
        self.server.pid()
    }

    /// Ends it: what it printed on standard error.
    pub fn errors(self) -> Vec<String> {
        let ended = self.server.stop();
        self.steps.succeeds("stop the server", ended).errors
    }

    /// What it printed so far.
    pub fn lines(&self) -> Vec<String> {
        self.server.lines()
    }

    /// Downloads the whole payload, and gives the head.
    pub async fn whole(&self, payload: &Payload, target: &str) -> Head {
        let request = Request::get(target);
        self.steps.step(format!("GET {target}"));
        self.steps.repeat_with(by_hand(&request));
        let client =
            Client::new(self.address()).verify(payload.verifier());
        let download = client.download(&request).await;
        let download = self.steps.succeeds("an answer", download);
        self.steps.equal("status", &download.status(), &200);
        let bytes = download.verdict();
        let bytes = self.steps.succeeds("the body", bytes);
        self.steps.equal("bytes", &bytes, &payload.length());
        download.head
    }

    /// Opens a connection for several requests.
    pub async fn connect(&self) -> Open {
        let address = self.address();
        let connection = Client::new(address).connect().await;
        let connection = self.steps.succeeds("connect", connection);
        Open {
            steps: self.steps.clone(),
            address,
            connection,
        }
    }
}

impl Open {
    /// Sends a request and reads the answer, which must be short.
    pub async fn answer(
        &mut self,
        request: &Request,
    ) -> (Head, String) {
        let (head, bytes) = self.bytes(request).await;
        (head, String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The same, whatever bytes the answer holds.
    pub async fn bytes(
        &mut self,
        request: &Request,
    ) -> (Head, Vec<u8>) {
        let bytes = request.bytes(self.address);
        let line = bytes.split(|byte| *byte == b'\r').next();
        let line = String::from_utf8_lossy(line.unwrap_or_default());
        self.steps.step(line.trim_end_matches(" HTTP/1.1"));
        self.steps.repeat_with(by_hand(request));
        let Connection { sender, receiver } = &mut self.connection;
        self.steps.succeeds("send", sender.send(&bytes).await);
        let head = receiver.final_head().await;
        let head = self.steps.succeeds("an answer", head);
        let body = receiver.body(&head, request.method());
        let mut body = self.steps.succeeds("a body", body);
        let mut bytes = Vec::new();
        loop {
            let next = body.next(SHORT).await;
            match self.steps.succeeds("the whole body", next) {
                Some(more) => bytes.extend_from_slice(&more),
                None => return (head, bytes),
            }
            self.steps.at_most("bytes of the body", bytes.len(), SHORT);
        }
    }
}

/// How to repeat a request: this server is gone by then.
pub fn by_hand(request: &Request) -> String {
    let curl = request.curl(([127, 0, 0, 1], 3000).into());
    format!("cargo run -p chapter-5 -- --file FILE, then {curl}")
}

/// Runs the program until it ends by itself: its exit code, and
/// what it printed.
pub fn run_to_its_end(
    steps: &Steps,
    flags: &[&str],
) -> (Option<i32>, Vec<String>) {
    steps.step(format!("start the server with {flags:?}"));
    match Program::new(SERVER).args(flags).start(PATIENCE) {
        Err(Error::EndedEarly { status, lines }) => {
            (status.code(), lines)
        }
        Err(error) => steps.fail("an end", error),
        // An address in its help is not yet a server.
        Ok(mut server) => match server.wait(PATIENCE) {
            Some(status) => match server.stop() {
                Ok(ended) => (status.code(), ended.lines),
                Err(error) => steps.fail("an end", error),
            },
            None => steps.fail("an end", "it runs on"),
        },
    }
}
