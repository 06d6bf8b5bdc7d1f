//! Checks of whole uploads, over real connections.

use std::convert::Infallible;
use std::io;

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::MIB;
use lab::{Size, Steps};
use lab_net::Request;
use tower::ServiceExt;

use crate::saving::digest;
use crate::site::{Answer, Form, Site, chunk, raw};
use crate::wait::{ended, until};
use crate::{NONE, leaving, saving};

/// The line that tells of a file.
fn line(name: &str, bytes: &[u8]) -> String {
    let digest = digest(bytes);
    format!(
        "{{\"name\":\"{name}\",\"bytes\":{},\"sha256\":\"{digest}\"}}\n",
        bytes.len()
    )
}

fn created(steps: &Steps, answer: &Answer, lines: &str) {
    steps.equal("status", &answer.head.status, &201);
    steps.equal("the answer", &answer.body.as_str(), &lines);
}

/// Row 203, through the whole server: forms as clients send them.
pub async fn forms(steps: Steps) {
    steps.step("a form with two files and a field");
    let site = Site::start(&steps);
    let form = Form::file("a.txt", b"first")
        .part("Content-Disposition: form-data; name=\"x\"\r\n", b"y")
        .and("b c.txt", b"");
    let answer = site.form(&form).await;
    let lines = line("a.txt", b"first") + &line("b c.txt", b"");
    created(&steps, &answer, &lines);
    steps.equal_bytes("a.txt", &site.read("a.txt"), b"first");
    steps.equal_bytes("b c.txt", &site.read("b c.txt"), b"");

    steps.step("every beginning of a form");
    let form = Form::file("c.txt", b"third").and("d.txt", b"4");
    let whole = form.body();
    let site = Site::start(&steps);
    for length in 0..whole.len() - 2 {
        let answer = site.send(form.request(), &whole[..length]).await;
        let what = format!("status after {length} bytes");
        steps.equal(what, &answer.head.status, &400);
        let what = format!("files after {length} bytes");
        let gone = until(|| site.names().is_empty()).await;
        steps.equal(what, &site.names(), &NONE);
        steps.holds("all are gone", gone);
    }

    steps.step("forms that are malformed");
    for (what, request, body, expected) in [
        ("no boundary", kind("multipart/form-data"), "--a--", 400),
        ("no form", kind("text/plain"), "hello", 400),
        (
            "another form",
            kind("application/x-www-form-urlencoded"),
            "a=b",
            400,
        ),
        (
            "no file",
            kind("multipart/form-data; boundary=a"),
            "--a--",
            400,
        ),
        (
            "an unfinished head",
            kind("multipart/form-data; boundary=a"),
            "--a\r\nContent-Disposition: form-data\r\n--a--",
            400,
        ),
        (
            "a head without a colon",
            kind("multipart/form-data; boundary=a"),
            "--a\r\nnothing\r\n\r\n\r\n--a--",
            400,
        ),
    ] {
        let answer = site.send(request, body.as_bytes()).await;
        let what = format!("status of {what}");
        steps.equal(what, &answer.head.status, &expected);
    }
    steps.step("too many parts, and a head that is too long");
    let five = (0..5).fold(Form::default(), |form, number| {
        form.and(&format!("{number}.txt"), b"x")
    });
    let answer = site.form(&five).await;
    steps.equal("status", &answer.head.status, &400);
    let long = format!("X-Long: {}\r\n", "x".repeat(1200));
    let answer = site.form(&Form::default().part(&long, b"x")).await;
    steps.equal("status", &answer.head.status, &400);
    let gone = until(|| site.names().is_empty()).await;
    steps.equal("files", &site.names(), &NONE);
    steps.holds("none of them left a file", gone);
}

fn kind(kind: &str) -> Request {
    Request::new("POST", "/files").header("Content-Type", kind)
}

/// Row 205, through the whole server: the client goes away after
/// each byte, and the connection with it.
pub async fn aborted(steps: Steps) {
    leaving::aborted(steps.clone()).await;
    let form = Form::file("a.txt", b"some text").and("b.txt", b"x");
    let whole = form.body();
    steps.step("a body that breaks off after each byte");
    let site = Site::start(&steps);
    for length in 0..=whole.len() {
        let cut = Bytes::copy_from_slice(&whole[..length]);
        let chunks = stream::iter([
            Ok(cut),
            Err(io::Error::from(io::ErrorKind::ConnectionReset)),
        ]);
        let request = axum::http::Request::post("/files")
            .header(
                "Content-Type",
                "multipart/form-data; boundary=0123456789",
            )
            .body(Body::from_stream(chunks));
        let request = steps.succeeds("a request", request);
        let answer = site.router.clone().oneshot(request).await;
        let answer = steps.succeeds("an answer", answer);
        let status = answer.status().as_u16();
        steps.one_of(format!("status after {length}"), &status, &[400]);
        let gone = until(|| site.names().is_empty()).await;
        let what = format!("files after {length} bytes");
        steps.equal(what, &site.names(), &NONE);
        steps.holds("all are gone", gone);
    }
    steps.step("clients that leave in the middle");
    let site = Site::start(&steps);
    // In the first file, and at the last byte.
    let inside = whole.windows(4).position(|text| text == b"some");
    let inside = inside.unwrap_or_default() + 6;
    for at in [inside, whole.len() - 1] {
        for name in [true, false] {
            let request =
                if name { raw("a.txt") } else { form.request() };
            let length = whole.len().to_string();
            let request = request.header("Content-Length", &length);
            let mut connection = site.connect().await;
            let head = request.bytes(site.address);
            let all = [&*head, &whole[..at]].concat();
            let sent = connection.sender.send(&all).await;
            steps.succeeds("send a part", sent);
            let begun = until(|| !site.names().is_empty()).await;
            steps.holds("a file is begun", begun);
            drop(connection);
            let gone = until(|| site.names().is_empty()).await;
            steps.equal("files", &site.names(), &NONE);
            steps.holds("all are gone", gone);
        }
    }
    steps.step("a second file with the name of the first");
    let twice = Form::file("a.txt", b"1").and("a.txt", b"2");
    let answer = site.form(&twice).await;
    steps.equal("status", &answer.head.status, &409);
    let gone = until(|| site.names().is_empty()).await;
    steps.holds("neither is there", gone);
}

/// Row 197: memory does not depend on the length.
pub async fn never_held(steps: Steps) {
    steps.step("save 12 MiB");
    saving::never_held(&steps).await;
    for form in [true, false] {
        let kind = if form { "a form" } else { "a bare body" };
        steps.step(format!("upload 8 MiB as {kind}"));
        let site = Site::with(&steps, |uploads| {
            uploads.limits.total = 16 * MIB;
            uploads.limits.file = 8 * MIB;
        });
        let payload = Payload::stamped(8 * MIB);
        let whole = Form::file("a.bin", b"?").body();
        let cut = whole.iter().position(|byte| *byte == b'?');
        let (start, end) = whole.split_at(cut.unwrap_or(0));
        let request = if form {
            Form::default().request()
        } else {
            raw("a.bin")
        };
        let head = request.header("Transfer-Encoding", "chunked");
        let mark = Mark::now();
        let mut connection = site.connect().await;
        let mut send = head.bytes(site.address);
        if form {
            send.extend_from_slice(&chunk(start));
        }
        let mut block = vec![0; 64 * 1024];
        for at in 0..8 * MIB / block.len() as u64 {
            payload.fill(at * block.len() as u64, &mut block);
            send.extend_from_slice(&chunk(&block));
            let sent = connection.sender.send(&send).await;
            steps.succeeds("send a chunk", sent);
            send.clear();
        }
        if form {
            send.extend_from_slice(&chunk(&end[1..]));
        }
        send.extend_from_slice(b"0\r\n\r\n");
        let sent = connection.sender.send(&send).await;
        steps.succeeds("send the end", sent);
        let answer = site.answer(&mut connection).await;
        let peak = Size(mark.peak());
        steps.equal("status", &answer.head.status, &201);
        steps.at_most("memory for 8 MiB", peak, Size(6 * MIB));
        steps.note(format!("{peak} for 8 MiB as {kind}"));
        let bytes = payload.bytes(0..8 * MIB);
        let read = site.read("a.bin");
        steps.equal_bytes("the file", &read, &bytes);
    }
}

/// Row 159: an empty chunk means nothing.
pub async fn empty_chunks(steps: Steps) {
    steps.step("empty chunks for `save`");
    saving::empty_chunks(&steps).await;
    steps.step("empty chunks between all bytes of a form");
    let site = Site::start(&steps);
    let form = Form::file("a.txt", b"text").body();
    let chunks = form.into_iter().flat_map(|byte| {
        [Bytes::new(), Bytes::copy_from_slice(&[byte]), Bytes::new()]
    });
    let chunks = stream::iter(chunks).map(Ok::<_, Infallible>);
    let request = axum::http::Request::post("/files")
        .header(
            "Content-Type",
            "multipart/form-data; boundary=0123456789",
        )
        .body(Body::from_stream(chunks));
    let request = steps.succeeds("a request", request);
    let answer = site.router.clone().oneshot(request);
    let answer = ended(&steps, "the upload", answer).await;
    let answer = steps.succeeds("an answer", answer);
    steps.equal("status", &answer.status().as_u16(), &201);
    steps.equal_bytes("the file", &site.read("a.txt"), b"text");
}

/// Row 207: the client sends everything before it reads.
pub async fn refusals(steps: Steps) {
    for (what, name, length, expected) in [
        ("a name that is taken", "a.txt", 7 << 20, 409),
        ("a name that is none", ".a", 7 << 20, 400),
        ("more than all files may have", "b", 16 << 20, 413),
        ("more than one file may have", "b", 7 << 20, 413),
    ] {
        steps.step(format!("send {what}, and read then"));
        let site = Site::start(&steps);
        let there = std::fs::write(site.path("a.txt"), b"old");
        steps.succeeds("a file that is there", there);
        let request = raw(name);
        let length: usize = length;
        let told = length.to_string();
        let request = request.header("Content-Length", &told);
        let mut connection = site.connect().await;
        let head = request.bytes(site.address);
        let sent = connection.sender.send(&head).await;
        steps.succeeds("send the head", sent);
        let chunk = vec![7; 64 * 1024];
        for _ in 0..length / chunk.len() {
            let sent = connection.sender.send(&chunk).await;
            steps.succeeds("send all of the body", sent);
        }
        let answer = site.answer(&mut connection).await;
        steps.equal("status", &answer.head.status, &expected);
        let close = answer.head.header("Connection");
        steps.equal("Connection", &close, &Some("close"));
        let one = until(|| site.names().len() == 1).await;
        steps.holds("no other file is left", one);
        steps.equal_bytes("the old file", &site.read("a.txt"), b"old");
    }
    steps.step("a client that asks before it sends");
    let site = Site::start(&steps);
    let request = raw("a.txt")
        .header("Content-Length", "9000000")
        .header("Expect", "100-continue");
    let mut connection = site.connect().await;
    let sent =
        connection.sender.send(&request.bytes(site.address)).await;
    steps.succeeds("send the head", sent);
    let head = connection.receiver.head().await;
    let head = steps.succeeds("the first answer", head);
    steps.equal("status", &head.status, &413);
    let request = raw("a.txt")
        .header("Content-Length", "3")
        .header("Expect", "100-continue");
    let mut connection = site.connect().await;
    let sent =
        connection.sender.send(&request.bytes(site.address)).await;
    steps.succeeds("send the head", sent);
    let head = connection.receiver.head().await;
    let head = steps.succeeds("the first answer", head);
    steps.equal("status", &head.status, &100);
    let sent = connection.sender.send(b"abc").await;
    steps.succeeds("send the body", sent);
    let answer = site.answer(&mut connection).await;
    steps.equal("status", &answer.head.status, &201);
}
