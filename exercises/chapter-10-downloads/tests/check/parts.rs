//! Checks of answers with parts of a file.

use std::sync::Arc;

use downloads::BodyKind;
use lab::payload::Payload;
use lab::size::{GIB, KIB, MIB};
use lab::{Size, Steps};
use lab_net::{Client, Request};

use crate::PATIENCE;
use crate::conditions::changed_meanwhile;
use crate::fields::{
    expect_described, expect_nothing_read, expect_refused,
};
use crate::site::{Answer, Site, downloads, field, part};

const LENGTH: u64 = 300 * KIB;
/// Five times what 32 bits count, and a bit.
const HUGE: u64 = 5 * GIB + 3;

const BODIES: [BodyKind; 2] = [BodyKind::Queued, BodyKind::Direct];

/// A server of `a.bin`.
fn site(steps: &Steps, body: BodyKind) -> (Site, Payload) {
    steps.step(format!("serve a file with the body {body:?}"));
    let site = Site::with(steps, |downloads| downloads.body = body);
    let payload = Payload::new(LENGTH);
    site.payload("a.bin", payload);
    (site, payload)
}

/// Forms of ranges, and what they mean, half open.
fn asked() -> [(String, u64, u64); 7] {
    [
        ("bytes=0-0".into(), 0, 1),
        ("bytes=1-9".into(), 1, 10),
        (format!("bytes={}-", LENGTH - 1), LENGTH - 1, LENGTH),
        ("bytes=-10".into(), LENGTH - 10, LENGTH),
        ("bytes=0-".into(), 0, LENGTH),
        ("bytes=1000-199999".into(), 1000, 200_000),
        ("bytes=65535-65536".into(), 65_535, 65_537),
    ]
}

pub async fn with_206(steps: Steps) {
    for body in BODIES {
        let (site, _) = site(&steps, body);
        for target in ["/files/a.bin", "/download"] {
            let whole = site.whole(&Request::get(target)).await;
            steps.equal("status", &whole.head.status, &200);
            let units = field(&whole, "Accept-Ranges");
            steps.equal("Accept-Ranges", &units, &"bytes");
            for (range, ..) in asked() {
                let answer = site.ask(&part(target, &range)).await;
                let what = format!("status of {range}");
                steps.equal(what, &answer.head.status, &206);
                expect_described(&steps, &answer, &whole);
            }
        }
    }
}

pub async fn exact_bytes(steps: Steps) {
    for body in BODIES {
        let (site, payload) = site(&steps, body);
        for (range, first, end) in asked() {
            let answer = site.ask(&part("/files/a.bin", &range)).await;
            let length = end - first;
            steps.step(format!("the body of {range}"));
            let told = field(&answer, "Content-Length");
            steps.equal("Content-Length", &told, &&*length.to_string());
            let expected = payload.bytes(first..end);
            steps.equal_bytes("its bytes", &answer.body, &expected);
            steps.equal("what is wrong", &answer.broken, &None);
        }
    }
}

pub async fn content_range(steps: Steps) {
    let (site, _) = site(&steps, BodyKind::Queued);
    for (range, first, end) in asked() {
        let answer = site.ask(&part("/files/a.bin", &range)).await;
        let expected = format!("bytes {first}-{}/{LENGTH}", end - 1);
        steps.step(format!("the place of {range}"));
        let place = field(&answer, "Content-Range");
        steps.equal("Content-Range", &place, &&*expected);
    }
    let nowhere = format!("bytes */{LENGTH}");
    for range in [format!("bytes={LENGTH}-"), "bytes=-0".into()] {
        let answer = site.ask(&part("/files/a.bin", &range)).await;
        expect_refused(&steps, &answer, 416);
        let place = field(&answer, "Content-Range");
        steps.equal("Content-Range", &place, &&*nowhere);
    }
    let whole = site.ask(&Request::get("/files/a.bin")).await;
    let place = whole.head.header("Content-Range");
    steps.equal("Content-Range of a whole file", &place, &None);
    let folder = steps.succeeds("a folder", lab::folder::Folder::new());
    let made = Payload::new(MIB).create(folder.path(), "a.bin");
    steps.succeeds("a file of 1 MiB", made);
    let downloads = Arc::new(downloads(&steps, folder.path()));
    let behind = format!("bytes={MIB}-");
    let fields = [("Range", &*behind)];
    expect_nothing_read(&steps, &downloads, "GET", &fields, 416).await;
}

/// Up to 16 parts come as parts. More, or more bytes than there
/// are, are the whole file.
pub async fn several(steps: Steps) {
    for body in BODIES {
        let (site, payload) = site(&steps, body);
        let asked = part("/files/a.bin", "bytes=0-9,100000-199999,-5");
        let answer = site.whole(&asked).await;
        steps.equal("status", &answer.head.status, &206);
        let told = field(&answer, "Content-Length");
        let length = answer.body.len().to_string();
        steps.equal("Content-Length", &told, &&*length);
        // Each part has its own, in the body.
        let place = answer.head.header("Content-Range");
        steps.equal("Content-Range", &place, &None);
        let parts = parts_of(&steps, &answer);
        let expected =
            [(0, 10), (100_000, 200_000), (LENGTH - 5, LENGTH)];
        steps.equal("parts", &parts.len(), &expected.len());
        for ((place, bytes), (first, end)) in parts.iter().zip(expected)
        {
            let wanted = format!("bytes {first}-{}/{LENGTH}", end - 1);
            steps.equal("place of a part", place, &wanted);
            let wanted = payload.bytes(first..end);
            steps.equal_bytes("bytes of a part", bytes, &wanted);
        }
        for (count, status) in [(2, 206), (16, 206), (17, 200)] {
            steps.step(format!("{count} parts of one byte"));
            let list: Vec<String> = (0..count)
                .map(|at| format!("{0}-{0}", 2 * at))
                .collect();
            let range = format!("bytes={}", list.join(","));
            let answer =
                site.whole(&part("/files/a.bin", &range)).await;
            steps.equal("status", &answer.head.status, &status);
            let seen = match status {
                206 => parts_of(&steps, &answer).len(),
                _ => answer.body.len(),
            };
            let expected = match status {
                206 => count,
                _ => LENGTH as usize,
            };
            steps.equal("parts, or bytes of it all", &seen, &expected);
        }
        steps.step("more parts, and more bytes, than there are");
        let many: Vec<String> =
            (0..500).map(|at| format!("{0}-{0}", 2 * at)).collect();
        let twice = "bytes=0-,0-,0-,0-".to_owned();
        for range in [format!("bytes={}", many.join(",")), twice] {
            let answer = site.ask(&part("/files/a.bin", &range)).await;
            let bytes = answer.body.len() as u64;
            steps.at_most("bytes", Size(bytes), Size(LENGTH));
        }
    }
}

/// The parts of `multipart/byteranges`: place and bytes.
fn parts_of(steps: &Steps, answer: &Answer) -> Vec<(String, Vec<u8>)> {
    let kind = field(answer, "Content-Type");
    let boundary = kind.strip_prefix("multipart/byteranges; boundary=");
    let boundary = boundary.map(|text| text.trim_matches('"'));
    let boundary = steps.succeeds("a boundary", boundary.ok_or(kind));
    let line = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut rest = &answer.body[..];
    loop {
        let at = find(rest, line.as_bytes());
        let at = steps.succeeds("a boundary", at.ok_or("none"));
        rest = &rest[at + line.len()..];
        if rest.starts_with(b"--") {
            return parts;
        }
        let end = find(rest, b"\r\n\r\n").ok_or("none");
        let end = steps.succeeds("the head of a part", end);
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 4..];
        let place = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-range").then_some(value)
        });
        let end = find(rest, format!("\r\n{line}").as_bytes());
        let end = steps.succeeds("the end", end.ok_or("none"));
        let place = place.unwrap_or_default().to_owned();
        parts.push((place, rest[..end].to_vec()));
    }
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let mut windows = bytes.windows(needle.len());
    windows.position(|window| window == needle)
}

/// Served by large ranges: the whole file is a maintainers' test.
pub async fn five_gib(steps: Steps) {
    let site = Site::start(&steps);
    let payload = Payload::stamped(HUGE);
    site.payload("a.bin", payload);
    let head = site.ask(&Request::head("/files/a.bin")).await;
    let told = field(&head, "Content-Length");
    steps.equal("Content-Length", &told, &&*HUGE.to_string());
    for (range, first, end) in [
        ("bytes=-1".to_owned(), HUGE - 1, HUGE),
        (format!("bytes={}-", HUGE - 1), HUGE - 1, HUGE),
        ("bytes=0-16777215".into(), 0, 16 * MIB),
        (
            format!("bytes={}-{}", 4 * GIB - MIB, 4 * GIB + MIB - 1),
            4 * GIB - MIB,
            4 * GIB + MIB,
        ),
        (format!("bytes=-{}", 16 * MIB), HUGE - 16 * MIB, HUGE),
    ] {
        let request = part("/files/a.bin", &range);
        steps.repeat_with(request.curl(site.address));
        steps.step(format!("{range} of 5 GiB"));
        // A wrong part may be long: its head is enough to see it.
        let place = format!("bytes {first}-{}/{HUGE}", end - 1);
        let connection = site.connect().await;
        let (_, head) = site.head(connection, &request).await;
        steps.equal("status", &head.status, &206);
        let told = head.header("Content-Range");
        steps.equal("Content-Range", &told, &Some(&*place));
        let client = Client::new(site.address)
            .patience(PATIENCE)
            .verify(payload.verifier_of(first..end));
        let download = client.download(&request).await;
        let download = steps.succeeds("an answer", download);
        steps.equal("status", &download.status(), &206);
        let told = download.head.header("Content-Range");
        steps.equal("Content-Range", &told, &Some(&*place));
        let bytes = steps.succeeds("the body", download.verdict());
        steps.equal("bytes", &bytes, &(end - first));
    }
    // Their heads are enough.
    let rest = format!("bytes={}-", MIB);
    for (request, status, length) in [
        (Request::get("/files/a.bin"), 200, HUGE),
        (part("/files/a.bin", &rest), 206, HUGE - MIB),
    ] {
        steps.step(format!("the head of {length} bytes"));
        let connection = site.connect().await;
        let (_, head) = site.head(connection, &request).await;
        steps.equal("status", &head.status, &status);
        let told = head.header("Content-Length");
        let length = length.to_string();
        steps.equal("Content-Length", &told, &Some(&*length));
    }
    let range = format!("bytes={HUGE}-");
    let past = site.ask(&part("/files/a.bin", &range)).await;
    steps.equal("status behind the end", &past.head.status, &416);
}

/// Half of it arrives, the connection ends, the rest is asked for.
pub async fn resumed(steps: Steps) {
    for body in BODIES {
        let (site, payload) = site(&steps, body);
        steps.step("a client leaves in the middle");
        let connection = site.connect().await;
        let get = Request::get("/download");
        let (mut connection, head) = site.head(connection, &get).await;
        let tag = head.header("ETag").unwrap_or_default().to_owned();
        let mut got = Vec::new();
        {
            let body = connection.receiver.body(&head, "GET");
            let mut body = steps.succeeds("the body", body);
            while (got.len() as u64) < LENGTH / 3 {
                let chunk = body.next(10_000).await;
                let chunk = steps.succeeds("bytes", chunk);
                got.extend_from_slice(&chunk.unwrap_or_default());
            }
        }
        drop(connection);
        steps.step("it asks for the rest");
        let range = format!("bytes={}-", got.len());
        let rest = part("/download", &range).header("If-Range", &tag);
        let rest = site.whole(&rest).await;
        steps.equal("status", &rest.head.status, &206);
        got.extend_from_slice(&rest.body);
        let expected = payload.bytes(0..LENGTH);
        steps.equal_bytes("both halves", &got, &expected);
    }
    changed_meanwhile(&steps).await;
}
