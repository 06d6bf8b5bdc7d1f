//! The program of chapter 14 as a child, which is killed.

use std::path::Path;

use lab::Steps;
use lab::folder::Folder;
use lab::payload::Payload;
use lab::server::{Program, Server};
use lab::size::MIB;
use lab_net::client::Head;
use lab_net::{Client, Connection, Request};
use tokio::net::TcpStream;

use crate::PATIENCE;
use crate::site::{PARTIAL, path_of, until};

/// The server, whichever tree it is built from.
const SERVER: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-14"),
    option_env!("CARGO_BIN_EXE_chapter-14-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

fn start(steps: &Steps, folder: &Path) -> Server {
    let program = Program::new(SERVER)
        .args(["--listen", "127.0.0.1:0", "--idle", "2s"])
        .arg("--folder")
        .arg(folder);
    match program.start(PATIENCE) {
        Ok(server) => server,
        Err(error) => {
            steps.fail("a server that says where it listens", error)
        }
    }
}

async fn connect(
    steps: &Steps,
    server: &Server,
) -> Connection<TcpStream> {
    let client = Client::new(server.address()).patience(PATIENCE);
    steps.succeeds("connect", client.connect().await)
}

/// Sends a request on a connection of its own.
async fn ask(
    steps: &Steps,
    server: &Server,
    request: Request,
    body: &[u8],
) -> Head {
    let mut connection = connect(steps, server).await;
    let head = request.bytes(server.address());
    for bytes in [&*head, body] {
        let sent = connection.sender.send(bytes).await;
        steps.succeeds("send", sent);
    }
    let head = connection.receiver.final_head().await;
    steps.succeeds("a response", head)
}

async fn create(steps: &Steps, server: &Server, name: &str) -> String {
    let request =
        Request::new("POST", &format!("/uploads?name={name}"))
            .header("Upload-Complete", "?0")
            .header("Content-Length", "0");
    let head = ask(steps, server, request, b"").await;
    steps.equal("status of POST", &head.status, &201);
    let location = head.header("Location").and_then(path_of);
    location.unwrap_or_default().to_owned()
}

fn patch(url: &str, offset: u64, length: u64) -> Request {
    Request::new("PATCH", url)
        .header("Content-Type", PARTIAL)
        .header("Upload-Offset", &offset.to_string())
        .header("Upload-Complete", "?1")
        .header("Content-Length", &length.to_string())
}

/// The offset, as soon as nobody else has the upload.
async fn offset(steps: &Steps, server: &Server, url: &str) -> u64 {
    let mut tries = 0;
    loop {
        let head = ask(steps, server, Request::head(url), b"").await;
        let offset = head.header("Upload-Offset");
        if let Some(offset) = offset.filter(|_| head.status < 300) {
            let offset = offset.parse();
            return steps.succeeds("an Upload-Offset", offset);
        }
        tries += 1;
        steps.one_of("status of HEAD", &head.status, &[409, 423]);
        steps.at_most(
            "attempts, each a millisecond apart",
            tries,
            9999,
        );
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

/// How many bytes there are in the folder, whatever the files are
/// called, and wherever in it they are.
fn stored(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten();
    let facts = files.flatten().map(|file| match file.metadata() {
        Ok(facts) if facts.is_dir() => stored(&file.path()),
        Ok(facts) => facts.len(),
        Err(_) => 0,
    });
    facts.sum()
}

pub async fn killed(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let files = folder.path().join("uploads");
    let length = 4 * MIB;
    let all = Payload::new(length).bytes(0..length);
    let mut server = start(&steps, &files);
    let url = create(&steps, &server, "a.bin").await;
    let mut promised = 0;
    for closes in [true, false, true] {
        let how = if closes { "breaks" } else { "goes silent" };
        steps.step(format!("a connection that {how}"));
        let mut connection = connect(&steps, &server).await;
        let request = patch(&url, promised, length - promised);
        let some = &all[promised as usize..][..MIB as usize];
        let head = request.bytes(server.address());
        for bytes in [&*head, some] {
            let sent = connection.sender.send(bytes).await;
            steps.succeeds("send", sent);
        }
        let enough = promised + MIB / 2;
        let arrived = until(|| stored(&files) >= enough).await;
        steps.holds("half of it is in the folder soon", arrived);
        let silent = (!closes).then_some(connection);
        let now = offset(&steps, &server, &url).await;
        steps.at_least("Upload-Offset", now, enough);
        let sent = promised + MIB;
        steps.at_most("Upload-Offset", now, sent);

        steps.step("kill the program, and start it again");
        steps.succeeds("kill", server.stop());
        drop(silent);
        server = start(&steps, &files);
        let after = offset(&steps, &server, &url).await;
        let what = "Upload-Offset after the kill";
        steps.at_least(what, after, now);
        steps.at_most(what, after, sent);
        promised = after;
    }
    steps.step("send the rest");
    let rest = &all[promised as usize..];
    let request = patch(&url, promised, rest.len() as u64);
    let head = ask(&steps, &server, request, rest).await;
    steps.one_of("status of PATCH", &head.status, &[200, 201, 204]);
    let read = std::fs::read(files.join("a.bin"));
    let read = steps.succeeds("the file", read);
    steps.equal_bytes("the file", &read, &all);

    steps.step("a client that missed the last response");
    steps.succeeds("kill", server.stop());
    let server = start(&steps, &files);
    let head = ask(&steps, &server, Request::head(&url), b"").await;
    let complete = head.header("Upload-Complete");
    steps.equal("Upload-Complete", &complete, &Some("?1"));
}
