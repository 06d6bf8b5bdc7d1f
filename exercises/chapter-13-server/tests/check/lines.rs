//! Checks of the log: the lines that the program writes.

use lab::Steps;
use lab::server::Server;
use lab_net::{Client, Request};

use crate::PATIENCE;
use crate::program::{LENGTH, Site, asked, site, started};

/// The lines of the log, when one of them holds all of these.
pub async fn line_with(
    server: &Server,
    words: &[&str],
) -> Option<String> {
    let end = std::time::Instant::now() + PATIENCE;
    while std::time::Instant::now() < end {
        let lines = server.lines();
        let found = lines
            .into_iter()
            .find(|line| words.iter().all(|word| line.contains(word)));
        if found.is_some() {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    None
}

pub async fn log(steps: Steps) {
    let site = site(&steps);
    for (format, cut, complete) in [
        ("text", "cut", "complete"),
        ("json", "\"cut\"", "\"complete\""),
    ] {
        let arguments = ["--log", format];
        let server = started(&steps, &site.file, &arguments);
        steps.step("leave in the middle of /download");
        let client =
            Client::new(server.address()).receive_buffer(16 * 1024);
        let connection = client.connect().await;
        let mut connection = steps.succeeds("connect", connection);
        let request = Request::get("/download?left");
        let request = request.bytes(server.address());
        let sent = connection.sender.send(&request).await;
        steps.succeeds("send the request", sent);
        let head = connection.receiver.final_head().await;
        let head = steps.succeeds("the head of an answer", head);
        let body = connection.receiver.body(&head, "GET");
        let mut body = steps.succeeds("a body", body);
        let first = steps.succeeds("its beginning", body.next(1).await);
        steps.holds("a byte", first.is_some());
        drop(connection);
        let line = line_with(&server, &["/download?left"]).await;
        let line = line.unwrap_or_default();
        steps.note(&line);
        let said = line.contains(cut) && !line.contains(complete);
        steps.holds("the line says cut", said);
        let sent = bytes_in(&line).unwrap_or(0);
        steps.at_least("bytes of a cut one", sent, 1);
        steps.at_most("bytes of a cut one", sent, LENGTH - 1);
        steps.step("read /download to its end");
        let request = Request::get("/download?whole");
        let download = client.download(&request).await;
        let download = steps.succeeds("an answer", download);
        steps.succeeds("the body", download.verdict());
        let line = line_with(&server, &["/download?whole"]).await;
        let line = line.unwrap_or_default();
        steps.note(&line);
        let said = line.contains(complete) && !line.contains(cut);
        steps.holds("the line says complete", said);
        let bytes = LENGTH.to_string();
        steps.holds("it says how much", line.contains(&bytes));
        every_body(&steps, &site, format).await;
    }
}

/// The bytes of a line of the log, in either format.
fn bytes_in(line: &str) -> Option<u64> {
    let (_, rest) = line
        .split_once("bytes=")
        .or_else(|| line.split_once("\"bytes\":"))?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit());
    rest[..end.unwrap_or(rest.len())].parse().ok()
}

/// A line has the bytes of its body, whatever the method and the
/// status are.
async fn every_body(steps: &Steps, site: &Site, format: &str) {
    let uploads = site.folder.path().join(format!("log-{format}"));
    let uploads = uploads.to_string_lossy().into_owned();
    let arguments = ["--log", format, "--uploads", &*uploads];
    let server = started(steps, &site.file, &arguments);
    for (method, target, expected, body) in [
        ("POST", "/files?name=sent.bin", 201, &b"abc"[..]),
        ("POST", "/files?name=../sent.bin", 400, b"abc"),
        ("GET", "/nothing", 404, b""),
        ("HEAD", "/download?head", 200, b""),
    ] {
        steps.step(format!("{method} {target}, and its line"));
        let request = Request::new(method, target);
        let (status, text) = asked(steps, &server, request, body).await;
        steps.equal("status", &status, &expected);
        let length = text.len() as u64;
        in_its_line(steps, &server, target, status, length).await;
    }
    steps.step("GET /download?same, which the client has");
    let request =
        Request::get("/download?same").header("If-None-Match", "*");
    let (status, _) = asked(steps, &server, request, b"").await;
    steps.equal("status", &status, &304);
    in_its_line(steps, &server, "/download?same", 304, 0).await;
    for (target, range, length) in [
        ("/download?all", "bytes=0-", LENGTH),
        ("/download?part", "bytes=10-29", 20),
    ] {
        steps.step(format!("GET {target}, {range}, and its line"));
        let request = Request::get(target).header("Range", range);
        let client = Client::new(server.address());
        let download = client.download(&request).await;
        let download = steps.succeeds("a response", download);
        steps.succeeds("the body", download.verdict());
        in_its_line(steps, &server, target, 206, length).await;
    }
}

async fn in_its_line(
    steps: &Steps,
    server: &Server,
    target: &str,
    status: u16,
    length: u64,
) {
    let line = line_with(server, &[target]).await.unwrap_or_default();
    let what = format!("bytes in the line of {target}");
    steps.equal(what, &bytes_in(&line), &Some(length));
    let complete = line.contains("complete");
    steps.holds("the line says complete", complete);
    let both =
        [format!("status={status}"), format!("status\":{status}")];
    let said = both.iter().any(|status| line.contains(status));
    steps.holds(format!("the line has the status, {status}"), said);
    let reason = line.contains("reason");
    let what = format!("whether {status} has a reason");
    steps.equal(what, &reason, &(status >= 400));
    if status == 400 {
        let said = line.contains("is not a name for a file");
        steps.holds("the reason that was reported", said);
    }
}
