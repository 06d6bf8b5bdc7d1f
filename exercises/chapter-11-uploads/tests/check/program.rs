//! The program of chapter 11 as a child.

use std::net::Ipv4Addr;

use lab::Steps;
use lab::folder::Folder;
use lab::server::{Program, Server};
use lab_net::{Client, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::PATIENCE;
use crate::site::{Form, raw};

/// The server, whichever tree it is built from.
pub const SERVER: &str = match (
    option_env!("CARGO_BIN_EXE_chapter-11"),
    option_env!("CARGO_BIN_EXE_chapter-11-solution"),
) {
    (Some(path), _) | (_, Some(path)) => path,
    (None, None) => panic!("cargo names the program of either tree"),
};

/// Sends a body, and gives the status.
async fn ask(
    steps: &Steps,
    server: &Server,
    request: Request,
    body: &[u8],
) -> u16 {
    let length = body.len().to_string();
    let request = request.header("Content-Length", &length);
    let address = server.address();
    let client = Client::new(address).patience(PATIENCE);
    let connection = client.connect().await;
    let mut connection = steps.succeeds("connect", connection);
    let all = [&*request.bytes(address), body].concat();
    let sent = connection.sender.send(&all).await;
    steps.succeeds("send", sent);
    let head = connection.receiver.final_head().await;
    steps.succeeds("an answer", head).status
}

pub async fn serves(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let files = folder.path().join("uploads");
    let program = |more: &[&str]| {
        let program = Program::new(SERVER)
            .args(["--listen", "127.0.0.1:0", "--limit", "1000"])
            .arg("--folder")
            .arg(&files)
            .args(more);
        match program.start(PATIENCE) {
            Ok(server) => server,
            Err(error) => {
                steps.fail("a server that says where it listens", error)
            }
        }
    };
    steps.step("start the program");
    let server = program(&[]);
    let first = server.lines().first().cloned();
    let expected =
        format!("Upload server running on http://{}", server.address());
    steps.equal("its first line", &first, &Some(expected));
    let form = Form::file("a.txt", b"hello");
    for (what, request, body, expected) in [
        ("a form", form.request(), form.body(), 201),
        ("the same again", form.request(), form.body(), 409),
        ("a bare body", raw("b.txt"), b"bare".to_vec(), 201),
        ("a long body", raw("c.txt"), vec![7; 1001], 413),
        (
            "an import",
            Request::new("POST", "/imports"),
            b"http://127.0.0.1/x".to_vec(),
            404,
        ),
    ] {
        let status = ask(&steps, &server, request, &body).await;
        steps.equal(format!("status of {what}"), &status, &expected);
    }
    let read = std::fs::read(files.join("a.txt"));
    let read = steps.succeeds("the file", read);
    steps.equal_bytes("the file", &read, b"hello");
    drop(server);

    steps.step("start it with imports");
    let server = program(&["--imports", "--allow", "127.0.0.0/8"]);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = steps.succeeds("another server", listener);
    let address = listener.local_addr();
    let address = steps.succeeds("its address", address);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let answer =
                b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfile";
            let _ = stream.write_all(answer).await;
        }
    });
    for (what, url, expected) in [
        ("a file", format!("http://{address}/d.txt"), 201),
        ("the same again", format!("http://{address}/d.txt"), 409),
        ("an address inside", "http://10.0.0.1/x".into(), 403),
        ("no URL", "x".into(), 400),
    ] {
        let request = Request::new("POST", "/imports");
        let url = url.into_bytes();
        let status = ask(&steps, &server, request, &url).await;
        steps.equal(format!("status of {what}"), &status, &expected);
    }
    let read = std::fs::read(files.join("d.txt"));
    let read = steps.succeeds("the file", read);
    steps.equal_bytes("the file", &read, b"file");
}
