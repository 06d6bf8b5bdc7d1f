//! The program of chapter 8 as a child, with two hundred
//! clients that stall in the middle of a download.

use std::time::Duration;

use lab::folder::Folder;
use lab::payload::Payload;
use lab::server::Program;
use lab::size::MIB;
use lab::{Size, Steps};
use lab_net::resident::Sampler;
use lab_net::{Client, Request};

use crate::PATIENCE;

/// The server, whichever tree it is built from.
const SERVER: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-8"),
    option_env!("CARGO_BIN_EXE_chapter-8-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

const CLIENTS: usize = 200;
/// The length of the file.
const FILE: u64 = 256 * MIB;
/// Resident memory that the server may have: the program itself,
/// and for each client the queue and what hyper keeps. Two hundred
/// files are 50 GiB.
const LIMIT: u64 = 64 * MIB;
/// The receive buffer that each client asks its kernel for, in
/// bytes.
const RECEIVE: u32 = 16 * 1024;
/// How often memory is looked at where the kernel keeps no
/// high-water mark.
const TICK: Duration = Duration::from_millis(10);

/// The body of the check.
pub async fn two_hundred(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let payload = Payload::stamped(FILE);
    let made = payload.create(folder.path(), "large.bin");
    let file = steps.succeeds("make a file of 256 MiB", made);
    steps.step("start the program on port 0");
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
    let address = server.address();
    let first = server.lines().first().cloned();
    let expected =
        format!("Streaming server running on http://{address}");
    steps.equal("its first line", &first, &Some(expected));

    let sampler = Sampler::start(server.pid(), TICK);
    let sampler = steps.succeeds("watch the server", sampler);
    let request = Request::get("/download");
    steps.repeat_with(request.curl(address));
    steps.step("200 clients read the head, and stall");
    let client = Client::new(address).receive_buffer(RECEIVE);
    let mut stalled = Vec::with_capacity(CLIENTS);
    for _ in 0..CLIENTS {
        let connection = client.connect().await;
        let mut connection = steps.succeeds("connect", connection);
        let sent =
            connection.sender.send(&request.bytes(address)).await;
        steps.succeeds("send the request", sent);
        let head = connection.receiver.final_head().await;
        let head = steps.succeeds("the head comes", head);
        steps.equal("status", &head.status, &200);
        stalled.push(connection);
    }
    steps.step("another client downloads 256 MiB meanwhile");
    let fast = Client::new(address).verify(payload.verifier());
    let download = fast.download(&request).await;
    let download = steps.succeeds("an answer", download);
    let bytes = steps.succeeds("the body", download.verdict());
    steps.equal("bytes", &bytes, &FILE);
    let peak = sampler.stop().peak();
    drop(stalled);
    steps.at_most("peak memory", Size(peak), Size(LIMIT));
    steps.note(format!(
        "peak {} MiB with {CLIENTS} stalled clients",
        peak.div_ceil(MIB)
    ));
}
