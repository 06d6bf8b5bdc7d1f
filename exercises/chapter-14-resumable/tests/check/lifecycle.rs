//! An upload from its first byte to its last.

use axum::body::Body;
use axum::http::Request;
use bytes::Bytes;
use lab::Steps;
use lab::payload::Payload;

use crate::body::chunks;
use crate::site::{Site, built, patch, path_of};

const LENGTH: u64 = 100_000;

pub async fn arrives(steps: Steps) {
    let site = Site::start(&steps);
    let all = Payload::new(LENGTH).bytes(0..LENGTH);
    steps.step("create an upload");
    let url = site.create("a.bin", Some(LENGTH)).await;
    let answer = site.head(&url).await;
    steps.one_of("status of HEAD", &answer.status, &[200, 204]);
    steps.equal("Upload-Offset", &answer.offset(), &Some(0));
    let complete = answer.complete();
    steps.equal("Upload-Complete", &complete, &Some("?0"));
    let length = answer.header("Upload-Length");
    steps.equal("Upload-Length", &length, &Some("100000"));
    let limit = answer.header("Upload-Limit").unwrap_or_default();
    let told = limit.contains("max-size=1048576");
    steps.holds("Upload-Limit has max-size=1048576", told);
    let cache = answer.header("Cache-Control").unwrap_or_default();
    let uncached = cache.contains("no-store");
    steps.holds("Cache-Control of HEAD has no-store", uncached);

    steps.step("append in three requests, each cut differently");
    let mut before = 0;
    for (to, cut) in [(1, 1), (60_000, 997), (LENGTH, 40_000)] {
        let sent = &all[before as usize..to as usize];
        let cuts = sent.chunks(cut).map(Bytes::copy_from_slice);
        let body = chunks(cuts.collect(), false);
        let last = to == LENGTH;
        let answer =
            site.send("PATCH", patch(&url, before, last, body)).await;
        let good = [200, 201, 204];
        steps.one_of("status of PATCH", &answer.status, &good);
        let complete = if last { "?1" } else { "?0" };
        let seen = answer.complete();
        steps.equal("Upload-Complete", &seen, &Some(complete));
        if let Some(offset) = answer.offset() {
            steps.equal("Upload-Offset of PATCH", &offset, &to);
        }
        let answer = site.head(&url).await;
        steps.equal(
            "Upload-Offset of HEAD",
            &answer.offset(),
            &Some(to),
        );
        let seen = answer.complete();
        steps.equal("Upload-Complete", &seen, &Some(complete));
        before = to;
    }
    steps.equal_bytes("the file", &site.read("a.bin"), &all);

    steps.step("an empty file, and a length that's said at the end");
    let url = site.create("empty.bin", None).await;
    site.completes(&url, "empty.bin", b"").await;
    let url = site.create("late.bin", None).await;
    let answer = site.append(&url, 0, b"hello ", false).await;
    steps.one_of("status of PATCH", &answer.status, &[200, 204]);
    site.completes(&url, "late.bin", b"hello world").await;

    steps.step("a POST that brings everything along");
    let request = Request::post("http://h/uploads?name=once.bin")
        .header("Upload-Complete", "?1");
    let request = built(request, Body::from("at once"));
    let answer = site.send("POST", request).await;
    steps.equal("status of POST", &answer.status, &201);
    let complete = answer.complete();
    steps.equal("Upload-Complete", &complete, &Some("?1"));
    steps.equal_bytes("the file", &site.read("once.bin"), b"at once");

    steps.step("a POST that brings the beginning along");
    let request = Request::post("http://h/uploads?name=part.bin")
        .header("Upload-Complete", "?0");
    let request = built(request, Body::from("the beg"));
    let answer = site.send("POST", request).await;
    steps.equal("status of POST", &answer.status, &201);
    steps.equal("Upload-Offset", &answer.offset(), &Some(7));
    let url = answer.header("Location").and_then(path_of);
    let url = url.unwrap_or_default().to_owned();
    site.completes(&url, "part.bin", b"the beginning").await;
}
