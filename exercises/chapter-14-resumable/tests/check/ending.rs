//! The last byte, and what comes after it.

use axum::body::Body;
use bytes::Bytes;
use lab::Steps;

use crate::body::{Feed, chunks};
use crate::site::{Site, delete, moment, patch, post};

const ALL: &[u8] = b"all that there is";

pub async fn named(steps: Steps) {
    let site = Site::start(&steps);
    let none = Vec::<String>::new();
    let length = ALL.len() as u64;
    let url = site.create("a.bin", Some(length)).await;
    steps.step("while bytes arrive");
    let (feed, body) = Feed::new();
    let sent = site.begin(patch(&url, 0, false, body));
    for chunk in ALL.chunks(5) {
        feed.send(chunk).await;
        moment().await;
        steps.equal("names in the folder", &site.names(), &none);
    }
    feed.end().await;
    let answer = site.answered("PATCH", sent).await;
    steps.one_of("status of PATCH", &answer.status, &[200, 204]);

    steps.step("all bytes, but its client hasn't said that it's all");
    let answer = site.head(&url).await;
    steps.equal("Upload-Offset", &answer.offset(), &Some(length));
    let complete = answer.complete();
    steps.equal("Upload-Complete", &complete, &Some("?0"));
    steps.equal("names in the folder", &site.names(), &none);

    steps.step("a PATCH without a byte completes it");
    site.completes(&url, "a.bin", ALL).await;

    steps.step("a name that's taken from the beginning");
    let answer = site.send("POST", post("a.bin", None)).await;
    steps.equal("status of POST", &answer.status, &409);

    steps.step("two uploads for one name");
    let first = site.create("b.bin", None).await;
    let second = site.create("b.bin", None).await;
    site.completes(&second, "b.bin", b"the second").await;
    let answer = site.append(&first, 0, b"the first", true).await;
    steps.equal("status of the later PATCH", &answer.status, &409);
    let read = site.read("b.bin");
    steps.equal_bytes("the file", &read, b"the second");
    let what = "bytes of the first, which stays";
    steps.equal(what, &site.offset(&first).await, &9);

    steps.step("a last PATCH that breaks off with its last byte");
    let url = site.create("c.bin", None).await;
    let body = chunks(vec![Bytes::from_static(ALL)], true);
    let answer = site.send("PATCH", patch(&url, 0, true, body)).await;
    let what = "the response says success";
    steps.equal(what, &answer.is_good(), &false);
    let there = site.names().contains(&"c.bin".to_owned());
    steps.holds("nothing has its name", !there);
    site.completes(&url, "c.bin", ALL).await;
}

pub async fn complete(steps: Steps) {
    let site = Site::start(&steps);
    let length = ALL.len() as u64;
    let url = site.create("a.bin", None).await;
    site.completes(&url, "a.bin", ALL).await;
    let urls = [(site, false)];
    for (mut site, again) in urls {
        for restarted in [again, true] {
            if restarted {
                steps.step("the same after a restart");
                site = site.restarted();
            } else {
                steps.step("ask again for what is complete");
            }
            let answer = site.head(&url).await;
            steps.one_of("status of HEAD", &answer.status, &[200, 204]);
            let offset = answer.offset();
            steps.equal("Upload-Offset", &offset, &Some(length));
            let complete = answer.complete();
            steps.equal("Upload-Complete", &complete, &Some("?1"));
            for (at, last) in
                [(length, true), (length, false), (0, true)]
            {
                let answer =
                    site.append(&url, at, b"and more", last).await;
                let refused = [400, 404, 409, 410];
                let what = format!("status of PATCH at {at}");
                steps.one_of(what, &answer.status, &refused);
            }
            let read = site.read("a.bin");
            steps.equal_bytes("the file", &read, ALL);
        }
        steps.step("the file has moved on");
        let moved =
            std::fs::rename(site.path("a.bin"), site.path("z.bin"));
        steps.succeeds("give it another name", moved);
        let body = Body::from("and more");
        let request = patch(&url, length, true, body);
        let answer = site.send("PATCH", request).await;
        let what = "the response says success";
        steps.equal(what, &answer.is_good(), &false);
        steps.equal_bytes("the file", &site.read("z.bin"), ALL);
        steps.equal("names", &site.names(), &["z.bin".to_owned()]);

        steps.step("give the complete upload up");
        let answer = site.send("DELETE", delete(&url)).await;
        let fine = [200, 204, 404, 409, 410];
        steps.one_of("status of DELETE", &answer.status, &fine);
        steps.equal_bytes("the file", &site.read("z.bin"), ALL);
    }
}
