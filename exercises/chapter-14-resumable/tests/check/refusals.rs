//! Requests that are refused.

use axum::body::Body;
use axum::http::Request;
use lab::Steps;

use crate::site::{PARTIAL, Site, built, delete, head};

/// Names and values.
type Fields<'a> = &'a [(&'a str, &'a str)];

/// `PATCH` with these fields.
fn patch_with(url: &str, fields: Fields) -> Request<Body> {
    let mut request = Request::patch(format!("http://h{url}"));
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    built(request, Body::from("XXXX"))
}

pub async fn offsets(steps: Steps) {
    let site = Site::start(&steps);
    let url = site.create("a.bin", Some(12)).await;
    let answer = site.append(&url, 0, b"hello ", false).await;
    steps.one_of("status of PATCH", &answer.status, &[200, 204]);
    for offset in [0, 5, 7, 12, 1 << 40, 999_999_999_999_999] {
        steps.step(format!("append at {offset}, where 6 bytes are"));
        let answer = site.append(&url, offset, b"XXXX", false).await;
        steps.equal("status of PATCH", &answer.status, &409);
        let what = "Upload-Offset of the refusal";
        steps.equal(what, &answer.offset(), &Some(6));
        steps.equal(
            "the offset after it",
            &site.offset(&url).await,
            &6,
        );
    }
    site.completes(&url, "a.bin", b"hello world!").await;
}

pub async fn others(steps: Steps) {
    let site = Site::start(&steps);
    let url = site.create("a.bin", Some(12)).await;
    let kind = ("Content-Type", PARTIAL);
    let at = ("Upload-Offset", "0");
    let last = ("Upload-Complete", "?0");
    let refused: [(&str, Fields, u16); 14] = [
        ("no media type", &[at, last], 415),
        ("a picture", &[("Content-Type", "image/png"), at, last], 415),
        (
            "the type of tus",
            &[
                ("Content-Type", "application/offset+octet-stream"),
                at,
                last,
            ],
            415,
        ),
        ("no Upload-Offset", &[kind, last], 400),
        ("no Upload-Complete", &[kind, at], 400),
        ("-1", &[kind, ("Upload-Offset", "-1"), last], 400),
        ("+0", &[kind, ("Upload-Offset", "+0"), last], 400),
        ("0x0", &[kind, ("Upload-Offset", "0x0"), last], 400),
        ("nothing", &[kind, ("Upload-Offset", ""), last], 400),
        (
            "16 digits",
            &[kind, ("Upload-Offset", "1000000000000000"), last],
            400,
        ),
        ("two offsets", &[kind, at, at, last], 400),
        ("true", &[kind, at, ("Upload-Complete", "true")], 400),
        ("1", &[kind, at, ("Upload-Complete", "1")], 400),
        (
            "a space before a parameter",
            &[kind, at, ("Upload-Complete", "?0 ;a")],
            400,
        ),
    ];
    for (what, fields, status) in refused {
        steps.step(format!("PATCH with {what}"));
        let request = patch_with(&url, fields);
        let answer = site.send("PATCH", request).await;
        steps.equal("status of PATCH", &answer.status, &status);
        steps.equal(
            "the offset after it",
            &site.offset(&url).await,
            &0,
        );
    }
    steps.step("parameters, which are ignored");
    let fields: Fields = &[
        ("content-type", "Application/Partial-Upload; a=b"),
        ("upload-offset", "0;a=b"),
        ("upload-complete", "?0;a"),
    ];
    let answer = site.send("PATCH", patch_with(&url, fields)).await;
    steps.one_of("status of PATCH", &answer.status, &[200, 204]);
    site.completes(&url, "a.bin", b"XXXX, there!").await;

    steps.step("an upload that there never was");
    let mut nowhere = url.clone();
    let last = if url.ends_with('0') { "1" } else { "0" };
    nowhere.replace_range(url.len() - 1.., last);
    for request in [
        head(&nowhere),
        delete(&nowhere),
        patch_with(&nowhere, fields),
    ] {
        let method = request.method().to_string();
        let answer = site.send(&method, request).await;
        steps.equal(
            format!("status of {method}"),
            &answer.status,
            &404,
        );
    }

    steps.step("POST without a good name");
    for query in ["", "?name=", "?name=..", "?name=a%2Fb", "?x=y"] {
        let request = Request::post(format!("http://h/uploads{query}"))
            .header("Upload-Complete", "?0");
        let answer =
            site.send("POST", built(request, Body::empty())).await;
        let what = format!("status of POST /uploads{query}");
        steps.equal(what, &answer.status, &400);
    }
    steps.step("POST without Upload-Complete");
    let request = Request::post("http://h/uploads?name=b.bin");
    let answer = site.send("POST", built(request, Body::empty())).await;
    steps.equal("status of POST", &answer.status, &400);
    steps.equal("files", &site.names(), &["a.bin".to_owned()]);
}
