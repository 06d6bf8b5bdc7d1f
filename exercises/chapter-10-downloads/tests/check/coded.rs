//! Checks of compressed forms.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use lab::Steps;
use lab_net::Request;

use crate::conditions::date;
use crate::fields::expect_described;
use crate::site::{Answer, Site, field, part};

fn text() -> Vec<u8> {
    let lines: Vec<String> =
        (0..40_000).map(|at| format!("line {at}\n")).collect();
    lines.concat().into_bytes()
}

fn get(target: &str, coding: &str) -> Request {
    Request::get(target).header("Accept-Encoding", coding)
}

/// What a client makes of the body.
fn decoded(steps: &Steps, answer: &Answer) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut reader = MultiGzDecoder::new(&answer.body[..]);
    steps.succeeds("gzip -d", reader.read_to_end(&mut bytes));
    bytes
}

pub async fn no_length(steps: Steps) {
    let site = Site::start(&steps);
    let text = text();
    site.file("a.txt", &text);
    let answer = site.whole(&get("/files/a.txt", "gzip")).await;
    steps.equal("status", &answer.head.status, &200);
    let coding = field(&answer, "Content-Encoding");
    steps.equal("Content-Encoding", &coding, &"gzip");
    // Whoever knows it has compressed all of it already.
    let told = answer.head.header("Content-Length");
    steps.equal("Content-Length", &told, &None);
    let smaller = answer.body.len() < text.len() / 2;
    steps.holds("fewer bytes than the file", smaller);
    steps.holds("the text", decoded(&steps, &answer) == text);
    let plain = site.whole(&get("/files/a.txt", "identity")).await;
    let told = field(&plain, "Content-Length").to_owned();
    steps.equal("Content-Length", &told, &text.len().to_string());
    steps.holds("the text as it is", plain.body == text);
    steps.step("HEAD for the compressed form");
    let head = Request::head("/files/a.txt");
    let head = head.header("Accept-Encoding", "gzip");
    let head = site.whole(&head).await;
    steps.equal("status", &head.head.status, &200);
    let told = head.head.header("Content-Length");
    steps.equal("Content-Length of HEAD", &told, &None);
    expect_described(&steps, &head, &answer);
}

pub async fn own_validator(steps: Steps) {
    let site = Site::start(&steps);
    site.file("a.txt", &text());
    let plain = site.whole(&get("/files/a.txt", "identity")).await;
    let coded = site.whole(&get("/files/a.txt", "gzip")).await;
    let tags = (field(&plain, "ETag"), field(&coded, "ETag"));
    steps.holds(format!("two tags: {tags:?}"), tags.0 != tags.1);
    for answer in [&plain, &coded] {
        let by = field(answer, "Vary").to_ascii_lowercase();
        steps.equal("Vary", &&*by, &"accept-encoding");
    }
    let units = field(&coded, "Accept-Ranges");
    steps.equal("Accept-Ranges", &units, &"none");
    steps.step("a part of the form that is compressed on its way");
    let ranged = get("/files/a.txt", "gzip")
        .header("Range", "bytes=0-9")
        .header("If-Range", tags.1);
    let ranged = site.whole(&ranged).await;
    let coding = ranged.head.header("Content-Encoding");
    let honest = ranged.head.status == 200 || coding.is_none();
    steps.holds("no part of what has no places", honest);
    steps.step("a part of the file, by the tag of the other form");
    let other =
        part("/files/a.txt", "bytes=0-9").header("If-Range", tags.1);
    let other = site.whole(&other).await;
    steps.equal("status", &other.head.status, &200);
    let known =
        get("/files/a.txt", "gzip").header("If-None-Match", tags.0);
    let known = site.whole(&known).await;
    steps.equal("status by the other tag", &known.head.status, &200);
    let known =
        get("/files/a.txt", "gzip").header("If-None-Match", tags.1);
    let known = site.whole(&known).await;
    steps.equal("status by its own tag", &known.head.status, &304);
    expect_described(&steps, &known, &coded);
}

pub async fn negotiated(steps: Steps) {
    let site = Site::start(&steps);
    let text = text();
    let file = site.file("a.txt", &text);
    site.file("a.zip", &text);
    for (coding, coded) in [
        ("gzip", true),
        ("GZIP", true),
        ("br, gzip;q=0.5", true),
        ("deflate, *", true),
        ("*;q=0.1", true),
        ("gzip;q=0", false),
        ("gzip; q=0.000, *", false),
        ("*;q=0", false),
        ("br", false),
        ("identity", false),
        ("", false),
    ] {
        let answer = site.ask(&get("/files/a.txt", coding)).await;
        let seen = answer.head.header("Content-Encoding");
        let expected = coded.then_some("gzip");
        steps.equal(format!("coding for `{coding}`"), &seen, &expected);
        let zip = site.ask(&get("/files/a.zip", coding)).await;
        let seen = zip.head.header("Content-Encoding");
        steps.equal("coding of an archive", &seen, &None);
    }
    steps.step("a file that was compressed before is there");
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let packed = packed.write_all(&text).and_then(|()| packed.finish());
    let packed = steps.succeeds("gzip", packed);
    let ready = site.file("a.txt.gz", &packed);
    date(&steps, &file, 1_000_000_000, 0);
    date(&steps, &ready, 1_000_000_001, 0);
    let answer = site.whole(&get("/files/a.txt", "gzip")).await;
    steps.holds("its own bytes are sent", answer.body == packed);
    let told = field(&answer, "Content-Length").to_owned();
    steps.equal("Content-Length", &told, &packed.len().to_string());
    let kind = field(&answer, "Content-Type");
    steps.equal("type", &kind, &"text/plain; charset=utf-8");
    let ranged =
        get("/files/a.txt", "gzip").header("Range", "bytes=0-9");
    let ranged = site.whole(&ranged).await;
    steps.equal("status of a part", &ranged.head.status, &206);
    steps.equal_bytes("its bytes", &ranged.body, &packed[..10]);
    expect_described(&steps, &ranged, &answer);
    let head = Request::head("/files/a.txt");
    let head = head.header("Accept-Encoding", "gzip");
    let head = site.whole(&head).await;
    let told = field(&head, "Content-Length").to_owned();
    let what = "Content-Length for HEAD";
    steps.equal(what, &told, &packed.len().to_string());
    steps.step("the file is younger than its compressed form");
    date(&steps, &ready, 999_999_999, 0);
    let answer = site.whole(&get("/files/a.txt", "gzip")).await;
    steps.holds("the text", decoded(&steps, &answer) == text);
    steps.holds("compressed anew", answer.body != packed);
}
