//! What a client sees of an error.

use std::sync::Arc;

use lab::Steps;
use messages::{Fields, Site, folder_site, percent_decode};

use crate::serving::{get, in_pieces, send, site, whole, with};

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

pub async fn line_end(steps: Steps) {
    for (name, value) in [
        ("X-Name", "a\r\nSet-Cookie: b"),
        ("X-Name", "a\nSet-Cookie: b"),
        ("X-Name", "a\r"),
        ("X-Name", "a\0b"),
        ("X-Name: a\r\nSet-Cookie", "b"),
        ("X Name", "a"),
        ("", "a"),
    ] {
        steps.step(format!("push({name:?}, {value:?})"));
        let mut fields = Fields::default();
        let pushed = fields.push(name, value);
        steps.refuses(format!("{name:?}: {value:?}"), pushed);
    }
    // A site that greets whoever is named in the query.
    let greeting: Arc<Site> = site(|line, _| {
        let name = line.target.split('?').nth(1).unwrap_or_default();
        let name = percent_decode(name).unwrap_or_default();
        let name = String::from_utf8_lossy(&name).into_owned();
        let mut reply = whole(200, "hello");
        if reply.fields.push("X-Name", &name).is_err() {
            return whole(400, "no such name");
        }
        reply
    });
    for (query, status) in
        [("anna", 200), ("a%0d%0aSet-Cookie:%20b", 400)]
    {
        let target = format!("/?{query}");
        let site = greeting.clone();
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        let mut served = send(&steps, site, &request).await;
        let (head, _) = served.answer(&steps, "GET").await;
        let cookie = head.header("Set-Cookie");
        steps.equal("Set-Cookie", &cookie, &None);
        steps.equal("status", &head.status, &status);
    }
}

pub async fn status(steps: Steps) {
    steps.step("a source that fails before its first piece");
    let failing = site(|_, _| in_pieces(&[None, Some("hello")]));
    let mut served = send(&steps, failing, GET).await;
    let (head, body) = served.answer(&steps, "GET").await;
    steps.equal("status", &head.status, &500);
    let told = body.contains("disk");
    steps.holds("the text keeps the reason to itself", !told);
    served.nothing_more(&steps).await;

    steps.step("a source that fails after its first piece");
    let failing = site(|_, _| in_pieces(&[Some("hello"), None]));
    let mut served = send(&steps, failing, GET).await;
    let (head, body) = served.any_answer(&steps, "GET").await;
    steps.equal("status", &head.status, &200);
    steps.refuses("a body that was cut", body);
    let all = served.writes.concat();
    let all = String::from_utf8_lossy(&all).into_owned();
    let end = all.ends_with("5\r\nhello\r\n");
    steps.holds(format!("{all:?} ends with what was good"), end);

    let folder = lab::folder::Folder::new();
    let folder = steps.succeeds("a temporary folder", folder);
    let made = folder.file("here.txt", b"here");
    steps.succeeds("write a file", made);
    let made = std::fs::create_dir(folder.path().join("folder"));
    steps.succeeds("make a folder", made);
    let long = format!("/{}", "x".repeat(300));
    for (target, status) in [
        ("/here.txt", 200),
        ("/missing.txt", 404),
        ("/folder", 404),
        ("/here.txt/below", 404),
        (&long, 404),
        ("/", 404),
    ] {
        let site = folder_site(folder.path().to_owned());
        let (head, body) = get(&steps, site, target).await;
        steps.equal("status", &head.status, &status);
        steps.holds("the body says something", !body.is_empty());
    }
}

pub async fn incomplete(steps: Steps) {
    let two = [GET, GET].concat();
    for length in [None, Some("15")] {
        let mut reply: Vec<Option<&'static str>> = Vec::new();
        reply.extend([Some("hello"), Some("again"), None]);
        let failing = site(move |_, _| {
            let reply = in_pieces(&reply);
            match length {
                Some(length) => with(reply, "Content-Length", length),
                None => reply,
            }
        });
        steps.step(format!("it fails after 10 bytes, of {length:?}"));
        cut(&steps, failing, &two, 10).await;
    }
    steps.step("it ends after 10 of 15 bytes that it promised");
    let short = site(|_, _| {
        let reply = in_pieces(&[Some("hello"), Some("again")]);
        with(reply, "Content-Length", "15")
    });
    cut(&steps, short, &two, 10).await;

    steps.step("it gives 15 bytes and has promised 10");
    let long = site(|_, _| {
        let pieces = [Some("hello"), Some("again"), Some("again")];
        with(in_pieces(&pieces), "Content-Length", "10")
    });
    let mut served = send(&steps, long, &two).await;
    let (_, body) = served.answer(&steps, "GET").await;
    steps.equal("the body", body.as_str(), "helloagain");
    served.nothing_more(&steps).await;
}

/// Expects one answer that is not complete, and nothing after it.
async fn cut(steps: &Steps, site: Arc<Site>, input: &str, most: usize) {
    let mut served = send(steps, site, input).await;
    let (head, body) = served.any_answer(steps, "GET").await;
    steps.equal("status", &head.status, &200);
    steps.refuses("a body that was cut", body);
    let all = served.writes.concat();
    let heads = all.windows(9).filter(|text| text == b"HTTP/1.1 ");
    steps.equal("answers", &heads.count(), &1);
    let told = String::from_utf8_lossy(&all).into_owned();
    let body = told.split_once("\r\n\r\n").map(|(_, body)| body);
    let letters = body.unwrap_or_default().chars();
    let letters = letters.filter(|letter| letter.is_alphabetic());
    steps.equal("letters of the body", &letters.count(), &most);
    steps.holds("the connection is cut", served.ended.is_err());
}
