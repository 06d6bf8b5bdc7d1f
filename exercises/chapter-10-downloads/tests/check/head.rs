//! Checks of `HEAD`.

use std::sync::Arc;

use lab::Steps;
use lab::payload::Payload;
use lab_net::Request;

use crate::fields::{expect_described, expect_nothing_read};
use crate::site::{Answer, Site, downloads, field};

const LENGTH: u64 = 1000;
/// More than a single chunk, so that a reader is ahead.
const LARGE: u64 = 1 << 20;

/// `HEAD` has the fields of `GET`, and no range.
pub async fn like_get(steps: Steps) {
    let site = Site::start(&steps);
    site.payload("a.bin", Payload::new(LENGTH));
    site.file("empty.bin", b"");
    let text = "words ".repeat(1000);
    site.file("a.txt", text.as_bytes());
    for (target, coding) in [
        ("/files/a.bin", "identity"),
        ("/download", "gzip"),
        ("/files/a.txt", "identity"),
        ("/files/empty.bin", "identity"),
    ] {
        let ask = |method| {
            Request::new(method, target)
                .header("Accept-Encoding", coding)
        };
        let get = site.whole(&ask("GET")).await;
        let head = site.whole(&ask("HEAD")).await;
        steps.equal("status", &head.head.status, &200);
        steps.equal("bytes", &head.body.len(), &0);
        let length = |answer: &Answer| {
            answer.head.header("Content-Length").map(str::to_owned)
        };
        let what = "Content-Length as for GET";
        steps.equal(what, &length(&head), &length(&get));
        expect_described(&steps, &head, &get);
        let ranged = ask("HEAD").header("Range", "bytes=0-9");
        let ranged = ranged.header("If-Match", "*");
        let ranged = site.whole(&ranged).await;
        steps.equal("status with a range", &ranged.head.status, &200);
        let place = ranged.head.header("Content-Range");
        steps.equal("Content-Range", &place, &None);
    }
    let put = Request::new("PUT", "/files/a.bin");
    let put = site.ask(&put.header("Content-Length", "0")).await;
    steps.equal("status of PUT", &put.head.status, &405);
    let allowed = field(&put, "Allow");
    steps.one_of("Allow", &allowed, &["GET,HEAD", "GET, HEAD"]);
    let folder = steps.succeeds("a folder", lab::folder::Folder::new());
    let made = Payload::new(LARGE).create(folder.path(), "a.bin");
    steps.succeeds("a file of 1 MiB", made);
    let site = Arc::new(downloads(&steps, folder.path()));
    expect_nothing_read(&steps, &site, "HEAD", &[], 200).await;
}
