//! The program of chapter 3 as a child: as a server for clients
//! of all kinds, and as a client of itself.

use std::net::SocketAddr;
use std::process::{Output, Stdio};

use lab::Steps;
use lab::server::{Program, Server};
use lab_net::peer::Peer;
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::timeout;

use crate::PATIENCE;
use crate::conversation::CURL;

/// The program, whichever tree it is built from.
const PROGRAM: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-3"),
    option_env!("CARGO_BIN_EXE_chapter-3-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

/// What `/hello` answers.
const HELLO: &str = "Hello over a connection.\n";
/// How long `/long` is.
const LONG: usize = 1 << 20;

/// The body of the check.
pub async fn answers(steps: Steps) {
    let server = started(&steps);
    let address = server.address();
    let first = server.lines().first().cloned();
    let expected =
        format!("Listening on {address}, for 100 connections at once");
    steps.equal("its first line", &first, &Some(expected));

    let bad = [
        ("says nothing", Peer::new().stalls()),
        (
            "resets half a request",
            Peer::new().sends(b"GET /h").resets(),
        ),
        ("sends rubbish", Peer::new().sends(&[0xff; 999]).ends()),
    ];
    let mut held = Vec::new();
    for (does, peer) in bad {
        steps.step(format!("a client {does}"));
        let played = peer.play(address).await;
        held.push(steps.succeeds("the client", played));
        steps.step("send what curl sends, and read to the end");
        steps.repeat_with(format!(
            "curl -v --http0.9 http://{address}/hello"
        ));
        let played = Peer::new().sends(CURL.as_bytes()).play(address);
        let Some(mut client) = steps.succeeds("connect", played.await)
        else {
            steps.fail("a connection", "none");
        };
        let mut answer = String::new();
        let read = client.read_to_string(&mut answer);
        let read =
            steps.succeeds("an end", timeout(PATIENCE, read).await);
        steps.succeeds("the answer", read);
        steps.equal("the answer", answer.as_str(), HELLO);
    }

    steps.step("run the program as a client of localhost");
    let port = address.port();
    let target = format!("localhost:{port}/hello");
    steps
        .repeat_with(format!("cargo run -p chapter-3 -- get {target}"));
    let output = run(&steps, PROGRAM, &["get", &target]).await;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint =
        String::from_utf8_lossy(&output.stderr).into_owned();
    steps.equal("its complaints", complaint.as_str(), "");
    steps.equal("what it prints", told.as_str(), HELLO);
    curl(&steps, address).await;
    drop(held);
}

/// A real client, where there is one that knows HTTP/0.9.
async fn curl(steps: &Steps, address: SocketAddr) {
    let version = Command::new("curl")
        .args(["--http0.9", "--version"])
        .stdin(Stdio::null())
        .output()
        .await;
    if !version.is_ok_and(|output| output.status.success()) {
        steps.note("not tried: curl, which is not here or too old");
        return;
    }
    let url = format!("http://{address}/long");
    steps.repeat_with(format!("curl -v --http0.9 -o body {url}"));
    steps.step("let curl read 1 MiB");
    // No proxy of this machine must come between.
    let flags = ["--http0.9", "--noproxy", "*", "-sS", &url];
    let output = run(steps, "curl", &flags).await;
    let complaint =
        String::from_utf8_lossy(&output.stderr).into_owned();
    steps.equal("its complaints", complaint.as_str(), "");
    steps.equal("bytes", &output.stdout.len(), &LONG);
}

fn started(steps: &Steps) -> Server {
    steps.step("start the program on port 0");
    let started = Program::new(PROGRAM)
        .args(["--listen", "127.0.0.1:0"])
        .start(PATIENCE);
    match started {
        Ok(server) => server,
        Err(error) => {
            steps.fail("a server that says where it listens", error)
        }
    }
}

/// Runs a program to its end.
async fn run(steps: &Steps, program: &str, words: &[&str]) -> Output {
    let output = Command::new(program)
        .args(words)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = timeout(PATIENCE, output).await;
    let output = steps.succeeds("an end of the program", output);
    steps.succeeds("the program", output)
}
