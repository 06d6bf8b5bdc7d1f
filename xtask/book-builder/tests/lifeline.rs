//! A run lives no longer than its page and its server: over real connections, with a
//! stand-in for the runner that waits until its standard input closes.

#![cfg(unix)]

mod fixture;

use fixture::Workspace;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Only a hanging test ever waits so long.
const DEADLINE: Duration = Duration::from_secs(60);

/// A served workspace of one chapter; the server is killed when dropped.
struct Server {
    child: Child,
    address: String,
    workspace: Workspace,
}

impl Server {
    fn start() -> Self {
        let workspace = Workspace::new();
        workspace.write("exercises/chapter-01-addresses/Cargo.toml", "");
        let waits = "echo '{}'\ncat > input\necho ended > trace\n";
        workspace.write("stand-in", waits);
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_book-builder"))
            .args(["serve", "--port", "0", "--root"])
            .arg(workspace.root())
            .env("FLAT_MEMORY_RUNNER", here.join("tests/fixture/runner.sh"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        output.read_line(&mut line).expect("it says where it is");
        let address = line
            .split_once("http://")
            .and_then(|(_, rest)| rest.split_once('/'))
            .map(|(address, _)| address.to_string())
            .unwrap_or_else(|| panic!("a numeric address: {line}"));
        Self {
            child,
            address,
            workspace,
        }
    }

    fn send(&self, method: &str, path: &str, more: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(DEADLINE)).expect("a deadline");
        let host = &self.address;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\
             Connection: close\r\n{more}\r\n"
        );
        stream.write_all(head.as_bytes()).expect("it reads");
        stream
    }

    /// The connection of a check that is going.
    fn check(&self) -> BufReader<TcpStream> {
        let mut page = String::new();
        let mut answer = self.send("GET", "/", "");
        answer.read_to_string(&mut page).expect("a whole page");
        let token = page
            .split_once("workbook-token\" content=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(token, _)| token)
            .expect("a token in the page");
        let more = format!(
            "Origin: http://{}\r\nx-workbook-token: {token}\r\n",
            self.address
        );
        let path = "/__wb/check/chapter-1";
        let mut events = BufReader::new(self.send("POST", path, &more));
        let mut line = String::new();
        while !line.starts_with("event: run") {
            line.clear();
            let length = events.read_line(&mut line).expect("an event");
            assert_ne!(length, 0, "the run ended before it began");
        }
        events
    }

    fn has_ended(&self) -> bool {
        self.workspace.root().join("trace").is_file()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn until(what: &str, happened: impl Fn() -> bool) {
    let started = Instant::now();
    while !happened() {
        assert!(started.elapsed() < DEADLINE, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_page_that_is_closed_ends_its_run() {
    let server = Server::start();
    let events = server.check();
    assert!(!server.has_ended());
    drop(events);
    until("the run ends", || server.has_ended());
}

#[test]
fn a_server_that_is_told_to_end_waits_for_its_run() {
    let mut server = Server::start();
    let mut events = server.check();
    let pid = server.child.id().to_string();
    let told = Command::new("kill").args(["-INT", &pid]).status();
    assert!(told.expect("kill runs").success());
    assert!(server.child.wait().expect("it ends").success());
    assert!(server.has_ended());
    let mut rest = String::new();
    events.read_to_string(&mut rest).expect("the rest");
    assert!(rest.contains("The book's server has stopped."), "{rest}");
}

#[test]
fn a_server_that_is_killed_takes_its_run_with_it() {
    let mut server = Server::start();
    let _events = server.check();
    assert!(!server.has_ended());
    server.child.kill().expect("it can be killed");
    until("the run ends", || server.has_ended());
}
