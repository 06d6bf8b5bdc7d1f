//! How answers are framed.

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;
use lab::Steps;
use lab::work::CallCounter;
use messages::Reply;

use crate::serving::{
    in_pieces, of_stream, plain, send, site, whole, with,
};

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const PIECE: [u8; 1000] = [b'x'; 1000];
const HEAD: &str = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";

pub async fn one_write(steps: Steps) {
    let replies: [fn() -> Reply; 3] = [
        || whole(200, "hello"),
        || in_pieces(&[Some("hello"), Some(" again")]),
        || {
            let reply = in_pieces(&[Some("hello"), Some(" again")]);
            with(reply, "Content-Length", "11")
        },
    ];
    for reply in replies {
        let served = send(&steps, site(move |_, _| reply()), GET).await;
        let first = served.writes.first().cloned().unwrap_or_default();
        let text = String::from_utf8_lossy(&first).into_owned();
        let body = text.split_once("\r\n\r\n").map(|(_, body)| body);
        let body = body.unwrap_or_default();
        let what =
            format!("the first write, {text:?}, begins the body");
        steps.holds(what, body.contains("hello"));
    }
    steps.step("a body of 100 KiB");
    let text = "0123456789abcdef".repeat(64 * 100);
    let reply = text.clone();
    let big = site(move |_, _| whole(200, &reply));
    let mut served = send(&steps, big, GET).await;
    let (_, body) = served.answer(&steps, "GET").await;
    steps.equal_bytes("the body", body.as_bytes(), text.as_bytes());
}

pub async fn bytes(steps: Steps) {
    for text in ["hello", "", "\u{20ac}\u{20ac}\u{20ac}\u{20ac}"] {
        let mut served = send(&steps, plain(text), GET).await;
        let (head, body) = served.answer(&steps, "GET").await;
        let told = head.header("Content-Length").map(str::to_owned);
        let length = text.len().to_string();
        steps.equal("Content-Length", &told, &Some(length));
        steps.equal("the body", body.as_str(), text);
        served.nothing_more(&steps).await;
    }
}

pub async fn empty_piece(steps: Steps) {
    for (pieces, text) in [
        (&[Some("a"), Some(""), Some("b")][..], "ab"),
        (&[Some(""), Some("ab")], "ab"),
        (&[Some("ab"), Some("")], "ab"),
        (&[Some("")], ""),
        (&[], ""),
    ] {
        steps.step(format!("the pieces {pieces:?}, in chunks"));
        let pieces = pieces.to_vec();
        let chunked = site(move |_, _| in_pieces(&pieces));
        let two = [GET, GET].concat();
        let mut served = send(&steps, chunked, &two).await;
        for _ in 0..2 {
            let (head, body) = served.answer(&steps, "GET").await;
            let coding = head.header("Transfer-Encoding");
            let what = "Transfer-Encoding";
            steps.equal(what, &coding, &Some("chunked"));
            steps.equal("the body", body.as_str(), text);
        }
        served.nothing_more(&steps).await;
    }
}

pub async fn http_1_0(steps: Steps) {
    let old = "GET / HTTP/1.0\r\nHost: a\r\n\r\n";
    let chunked = site(|_, _| in_pieces(&[Some("hel"), Some("lo")]));
    for request in [old.to_owned(), [old, GET].concat()] {
        let mut served = send(&steps, chunked.clone(), &request).await;
        let (head, body) = served.answer(&steps, "GET").await;
        let coding = head.header("Transfer-Encoding");
        steps.equal("Transfer-Encoding", &coding, &None);
        steps.equal("the body", body.as_str(), "hello");
        let told = head.header("Connection");
        steps.equal("Connection", &told, &Some("close"));
        served.nothing_more(&steps).await;
    }
    // And it knows none: somebody passed on what he did not read.
    let chunks = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\
                  \r\n0\r\n\r\n";
    let mut served = send(&steps, plain("hello"), chunks).await;
    let (head, _) = served.answer(&steps, "POST").await;
    steps.equal("status", &head.status, &400);
    let both = [old, GET].concat();
    let mut served = send(&steps, plain("hello"), &both).await;
    let (head, body) = served.answer(&steps, "GET").await;
    let told = head.header("Content-Length");
    steps.equal("Content-Length", &told, &Some("5"));
    let told = head.header("Connection");
    steps.equal("Connection", &told, &Some("close"));
    steps.equal("the body", body.as_str(), "hello");
    served.nothing_more(&steps).await;
}

pub async fn no_body(steps: Steps) {
    for status in [204, 304] {
        let replies: [fn(u16) -> Reply; 3] = [
            |status| whole(status, "a mistake of the site"),
            |status| Reply {
                status,
                ..in_pieces(&[Some("a mistake of the site")])
            },
            |status| with(whole(status, ""), "Content-Length", "5"),
        ];
        for reply in replies {
            let quiet = site(move |_, _| reply(status));
            let two = [GET, GET].concat();
            let mut served = send(&steps, quiet, &two).await;
            for _ in 0..2 {
                let (head, body) = served.answer(&steps, "GET").await;
                steps.equal("status", &head.status, &status);
                steps.equal("the body", body.as_str(), "");
                let length = head.header("Content-Length");
                if status == 204 {
                    steps.equal("Content-Length", &length, &None);
                } else {
                    let what = "the length in a 304 is not 0";
                    steps.holds(what, length != Some("0"));
                }
            }
            served.nothing_more(&steps).await;
        }
    }
    let two = [HEAD, GET].concat();
    let mut served = send(&steps, plain("hello"), &two).await;
    let (head, _) = served.answer(&steps, "HEAD").await;
    let length = head.header("Content-Length");
    steps.one_of("Content-Length", &length, &[Some("5"), None]);
    let (_, body) = served.answer(&steps, "GET").await;
    steps.equal("the answer to GET", body.as_str(), "hello");
    served.nothing_more(&steps).await;
}

pub async fn head(steps: Steps) {
    let work = CallCounter::new();
    for length in [None, Some("100000")] {
        let counted = work.clone();
        let site = site(move |_, _| {
            let counted = counted.clone();
            let pieces = stream::iter(0..100).map(move |_| {
                counted.add(PIECE.len() as u64);
                Ok(Bytes::from_static(&PIECE))
            });
            let reply = of_stream(pieces.boxed());
            let reply = with(reply, "X-Name", "value");
            match length {
                Some(length) => with(reply, "Content-Length", length),
                None => reply,
            }
        });
        let before = work.calls();
        let mut served = send(&steps, site.clone(), HEAD).await;
        let (to_head, _) = served.answer(&steps, "HEAD").await;
        let pulled = work.calls() - before;
        steps.equal("pieces that HEAD pulled", &pulled, &0);
        let mut served = send(&steps, site, GET).await;
        let (to_get, body) = served.answer(&steps, "GET").await;
        steps.equal("bytes that GET sent", &body.len(), &100_000);
        steps.equal(
            "fields as for GET",
            &to_head.headers,
            &to_get.headers,
        );
    }
}
