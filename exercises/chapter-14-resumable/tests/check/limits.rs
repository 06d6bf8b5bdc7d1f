//! How long an upload may become.

use axum::body::Body;
use axum::http::Request;
use bytes::Bytes;
use lab::Steps;

use crate::body::{Feed, chunks};
use crate::site::{PARTIAL, Site, built, patch, path_of, post};

/// In chunks, and without a `Content-Length`.
fn unannounced(length: usize) -> Body {
    let all = vec![b'x'; length];
    let cuts = all.chunks(10).map(Bytes::copy_from_slice);
    chunks(cuts.collect(), false)
}

/// `PATCH` with a `Content-Length`, before a byte of it has come.
pub fn announced(
    url: &str,
    at: u64,
    more: u64,
    body: Body,
) -> Request<Body> {
    let request = Request::patch(format!("http://h{url}"))
        .header("Content-Type", PARTIAL)
        .header("Upload-Offset", at)
        .header("Upload-Complete", "?1")
        .header("Content-Length", more);
    built(request, body)
}

pub async fn lengths(steps: Steps) {
    let site = Site::start(&steps);
    let url = site.create("a.bin", Some(100)).await;
    let refused = [400, 409, 413];
    steps.step("105 bytes for an upload of 100, and no Content-Length");
    for last in [true, false] {
        let request = patch(&url, 0, last, unannounced(105));
        let answer = site.send("PATCH", request).await;
        steps.one_of("status of PATCH", &answer.status, &refused);
        let offset = site.offset(&url).await;
        steps.at_most("bytes that are there", offset, 100);
        steps.equal("files", &site.names(), &Vec::<String>::new());
        if offset > 0 {
            break;
        }
    }
    steps.step("the same with a Content-Length");
    let url = site.create("b.bin", Some(100)).await;
    let (feed, body) = Feed::new();
    let request = announced(&url, 0, 105, body);
    let answer = site.send("PATCH of nothing yet", request).await;
    steps.one_of("status of PATCH", &answer.status, &refused);
    drop(feed);
    steps.equal("bytes that are there", &site.offset(&url).await, &0);

    steps.step("95 bytes that say they're all");
    let request = patch(&url, 0, true, unannounced(95));
    let answer = site.send("PATCH", request).await;
    steps.one_of("status of PATCH", &answer.status, &refused);
    let head = site.head(&url).await;
    steps.equal("Upload-Complete", &head.complete(), &Some("?0"));
    steps.equal("files", &site.names(), &Vec::<String>::new());
    site.completes(&url, "b.bin", &[b'x'; 100]).await;

    steps.step("another length than the one that was said");
    let url = site.create("c.bin", Some(100)).await;
    let request = Request::patch(format!("http://h{url}"))
        .header("Content-Type", PARTIAL)
        .header("Upload-Offset", "0")
        .header("Upload-Length", "200")
        .header("Upload-Complete", "?0");
    let request = built(request, Body::from("x"));
    let answer = site.send("PATCH", request).await;
    steps.equal("status of PATCH", &answer.status, &400);
    let head = site.head(&url).await;
    let length = head.header("Upload-Length");
    steps.equal("Upload-Length", &length, &Some("100"));

    steps.step("a length that's there twice, and so counts as missing");
    let request = Request::post("http://h/uploads?name=twice.bin")
        .header("Upload-Complete", "?0")
        .header("Upload-Length", "10")
        .header("Upload-Length", "10");
    let request = built(request, Body::empty());
    let answer = site.send("POST", request).await;
    steps.equal("status of POST", &answer.status, &201);
    let url = answer.header("Location").and_then(path_of);
    let url = url.unwrap_or_default().to_owned();
    let head = site.head(&url).await;
    let length = head.header("Upload-Length");
    steps.equal("Upload-Length", &length, &None);

    steps.step("a length that comes with a PATCH without a byte");
    let url = site.create("none.bin", None).await;
    let request = Request::patch(format!("http://h{url}"))
        .header("Content-Type", PARTIAL)
        .header("Upload-Offset", "0")
        .header("Upload-Length", "100")
        .header("Upload-Complete", "?0");
    let request = built(request, Body::empty());
    let answer = site.send("PATCH", request).await;
    steps.one_of("status of PATCH", &answer.status, &[200, 204]);
    let head = site.head(&url).await;
    let length = head.header("Upload-Length");
    steps.equal("Upload-Length", &length, &Some("100"));

    steps.step("a length that's said later, and then holds");
    let url = site.create("d.bin", None).await;
    let request = Request::patch(format!("http://h{url}"))
        .header("Content-Type", PARTIAL)
        .header("Upload-Offset", "0")
        .header("Upload-Length", "100")
        .header("Upload-Complete", "?0");
    let request = built(request, Body::from("x"));
    let answer = site.send("PATCH", request).await;
    steps.one_of("status of PATCH", &answer.status, &[200, 204]);
    let head = site.head(&url).await;
    let length = head.header("Upload-Length");
    steps.equal("Upload-Length", &length, &Some("100"));
    let request = patch(&url, 1, true, unannounced(50));
    let answer = site.send("PATCH", request).await;
    steps.one_of("status of PATCH", &answer.status, &refused);
    steps.equal("files", &site.names(), &["b.bin".to_owned()]);
}

pub async fn limit(steps: Steps) {
    let site = Site::with(&steps, |settings| settings.limit = 1000);
    steps.step("a POST that says 1001 bytes, of 1000 at most");
    let answer = site.send("POST", post("a.bin", Some(1001))).await;
    steps.equal("status of POST", &answer.status, &413);
    let limit = answer.header("Upload-Limit").unwrap_or_default();
    let told = limit.contains("max-size=1000");
    steps.holds("Upload-Limit has max-size=1000", told);
    steps.equal("files", &site.names(), &Vec::<String>::new());

    steps.step("a PATCH that says so, before it sends a byte");
    let url = site.create("b.bin", None).await;
    let (feed, body) = Feed::new();
    let request = announced(&url, 0, 1001, body);
    let answer = site.send("PATCH of nothing yet", request).await;
    steps.equal("status of PATCH", &answer.status, &413);
    drop(feed);
    steps.equal("bytes that are there", &site.offset(&url).await, &0);

    steps.step("a PATCH of ten bytes that says the file has 1001");
    let request = Request::patch(format!("http://h{url}"))
        .header("Content-Type", PARTIAL)
        .header("Upload-Offset", "0")
        .header("Upload-Length", "1001")
        .header("Upload-Complete", "?0");
    let request = built(request, unannounced(10));
    let answer = site.send("PATCH", request).await;
    steps.equal("status of PATCH", &answer.status, &413);
    steps.equal("bytes that are there", &site.offset(&url).await, &0);

    steps.step("two PATCHes that say nothing");
    let request = patch(&url, 0, false, unannounced(600));
    let answer = site.send("PATCH", request).await;
    steps.one_of("status of PATCH", &answer.status, &[200, 204]);
    let request = patch(&url, 600, true, unannounced(600));
    let answer = site.send("PATCH", request).await;
    steps.equal("status of PATCH", &answer.status, &413);
    let written = site.disk.written();
    steps.at_most("bytes that were written", written, 1000);
    steps.equal("files", &site.names(), &Vec::<String>::new());

    steps.step("1000 bytes");
    let url = site.create("c.bin", Some(1000)).await;
    site.completes(&url, "c.bin", &[b'x'; 1000]).await;
    let url = site.create("d.bin", None).await;
    site.completes(&url, "d.bin", &[b'x'; 1000]).await;
}
