//! The program of chapter 8 as a child, with eight clients that
//! stall in the middle of a download.

use std::time::Duration;

use lab::folder::Folder;
use lab::payload::Payload;
use lab::server::Program;
use lab::size::MIB;
use lab::{Size, Steps};
use lab_net::client::Hold;
use lab_net::fleet::fleet;
use lab_net::resident::Sampler;
use lab_net::{Client, Pace, Request};
use tokio::time::timeout;

use crate::PATIENCE;

/// The server, whichever tree it is built from.
const SERVER: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-8"),
    option_env!("CARGO_BIN_EXE_chapter-8-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

const CLIENTS: usize = 8;
/// The length of the file.
const FILE: u64 = 64 * MIB;
/// Resident memory that the server may have: the program itself,
/// and eight times the queue and what hyper keeps. Eight files
/// are eight times as much.
const LIMIT: u64 = 64 * MIB;
/// How often memory is looked at where the kernel keeps no
/// high-water mark.
const TICK: Duration = Duration::from_millis(10);

/// The body of the check.
pub async fn eight_stalled_clients(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let payload = Payload::stamped(FILE);
    let made = payload.create(folder.path(), "large.bin");
    let file = steps.succeeds("make a file of 64 MiB", made);
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
    steps.step("eight clients stall, then download 64 MiB each");
    let hold = Hold::new();
    let client = Client::new(address)
        .verify(payload.verifier())
        .pace(Pace::Stalled(hold.clone()));
    let mut downloads = std::pin::pin!(fleet(CLIENTS, |_| {
        let (client, request) = (client.clone(), request.clone());
        async move { client.download(&request).await }
    }));
    let early = tokio::select! {
        early = &mut downloads => Some(early),
        _ = timeout(PATIENCE, hold.reached(CLIENTS)) => None,
    };
    hold.release();
    let downloads = match early {
        Some(early) => early,
        None => downloads.await,
    };
    for download in downloads {
        let download = steps.succeeds("an answer", download);
        steps.equal("status", &download.status(), &200);
        let bytes = steps.succeeds("the body", download.verdict());
        steps.equal("bytes", &bytes, &FILE);
    }
    let peak = sampler.stop().peak();
    steps.at_most("peak memory", Size(peak), Size(LIMIT));
    steps.note(format!("peak {} MiB with 8", peak.div_ceil(MIB)));
}
