//! Where one request ends and the next begins.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lab::{Steps, split};
use messages::{HeadLimits, Site, serve_site};

use crate::serving::{
    Served, connection, plain, send_by_hand, serve, site, whole,
};

const AFTER: &str = "GET /after HTTP/1.1\r\nHost: a\r\n\r\n";

/// The targets that a site was asked for.
#[derive(Clone, Default)]
struct Asked {
    targets: Arc<Mutex<Vec<String>>>,
}

pub async fn two_at_once(steps: Steps) {
    let (asked, site) = noting();
    let two = "GET /one HTTP/1.1\r\nHost: a\r\n\r\n\
               GET /two HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut served = send_by_hand(&steps, site, two).await;
    both(&steps, &mut served, &asked, &["/one", "/two"]).await;

    for pieces in split::every(two.as_bytes()) {
        steps.step(format!("send the same {}", pieces.name()));
        let (asked, site) = noting();
        let pieces = pieces.iter().map(<[u8]>::to_vec);
        let pieces: Vec<Vec<u8>> = pieces.collect();
        let mut served = serve(pieces, site).await;
        both(&steps, &mut served, &asked, &["/one", "/two"]).await;
    }

    // A line end too many after a request is left out.
    let (asked, site) = noting();
    let two = "GET /one HTTP/1.1\r\nHost: a\r\n\r\n\
               \r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut served = send_by_hand(&steps, site, two).await;
    both(&steps, &mut served, &asked, &["/one", "/two"]).await;

    let (asked, site) = noting();
    let closing = "GET /one HTTP/1.1\r\nHost: a\r\n\
                   Connection: x, Close\r\n\r\n\
                   GET /two HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut served = send_by_hand(&steps, site, closing).await;
    let (head, body) = served.answer(&steps, "GET").await;
    steps.equal("the answer", body.as_str(), "/one");
    let told = head.header("Connection");
    steps.equal("Connection", &told, &Some("close"));
    steps.equal("targets asked for", &asked.list(), &["/one"]);
    served.nothing_more(&steps).await;
}

pub async fn host(steps: Steps) {
    for (lines, status) in [
        ("HTTP/1.1\r\nHost: a", 200),
        ("HTTP/1.1\r\nhost:[::1]:4004", 200),
        ("HTTP/1.0\r\nAccept: */*", 200),
        ("HTTP/1.1\r\nAccept: */*", 400),
        ("HTTP/1.1\r\nHost: a\r\nHost: b", 400),
        ("HTTP/1.1\r\nHost: a\r\nhost: a", 400),
        ("HTTP/1.1\r\nHost: a/b", 400),
        ("HTTP/1.1\r\nHost: a b", 400),
        ("HTTP/1.1\r\nHost: user@a", 400),
    ] {
        let request = format!("GET / {lines}\r\n\r\n");
        let site = plain("a page");
        let mut served = send_by_hand(&steps, site, &request).await;
        let (head, _) = served.answer(&steps, "GET").await;
        steps.equal("status", &head.status, &status);
    }
}

pub async fn unread_body(steps: Steps) {
    const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
    let length = HIDDEN.len();
    let exact = format!("Content-Length: {length}\r\n\r\n{HIDDEN}");
    let chunked = format!(
        "Transfer-Encoding: chunked\r\n\r\n\
         {length:x}\r\n{HIDDEN}\r\n0\r\nA: b\r\n\r\n"
    );
    let waits = format!("Expect: 100-continue\r\n{exact}");
    for (target, body) in [
        ("/form", exact),
        ("/form", chunked),
        ("/form", waits.clone()),
        ("/no", waits),
    ] {
        let (asked, site) = noting();
        let head = format!("POST {target} HTTP/1.1\r\nHost: a\r\n");
        let input = format!("{head}{body}{AFTER}");
        let mut served = send_by_hand(&steps, site, &input).await;
        let (head, _) = served.answer(&steps, "POST").await;
        let list = asked.list();
        let what = "targets asked for";
        if head.header("Connection") == Some("close") {
            steps.equal(what, &list, &[target]);
        } else {
            steps.equal(what, &list, &[target, "/after"]);
            served.answer(&steps, "GET").await;
        }
        served.nothing_more(&steps).await;
    }

    steps.step("a body of 8 MiB that nobody wants, then a request");
    let (asked, site) = noting();
    let head = "POST /form HTTP/1.1\r\nHost: a\r\n\
                Content-Length: 8388608\r\n\r\n";
    let body = HIDDEN.repeat((8 << 20) / HIDDEN.len() + 1);
    let input = [head, &body[..8 << 20], AFTER].concat();
    let mut served = serve([input.into_bytes()], site).await;
    let (head, _) = served.answer(&steps, "POST").await;
    let told = head.header("Connection");
    steps.equal("Connection", &told, &Some("close"));
    steps.equal("targets asked for", &asked.list(), &["/form"]);
    served.nothing_more(&steps).await;
}

pub async fn refused(steps: Steps) {
    for line in [
        "GET /form",
        "GET  /form HTTP/1.1",
        "GET /form HTTP/1.1 ",
        " GET /form HTTP/1.1",
        "GET /a form HTTP/1.1",
        "GET /form\u{e9} HTTP/1.1",
        "G(T /form HTTP/1.1",
        "GET /form HTTP/2.0",
        "GET /form http/1.1",
    ] {
        let head = format!("{line}\r\nHost: a\r\n\r\n");
        refuses(&steps, &head).await;
    }
    for lines in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n\
         0\r\n\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello\r\n",
        "Content-Length: +5\r\n\r\nhello\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n",
        "Host: b\r\n\r\n",
        "Accept : */*\r\n\r\n",
    ] {
        let head = "POST /form HTTP/1.1\r\nHost: a\r\n";
        refuses(&steps, &format!("{head}{lines}")).await;
    }
}

/// Expects a 400 to this request, and no answer to another one
/// that follows it.
async fn refuses(steps: &Steps, request: &str) {
    let (asked, site) = noting();
    let input = format!("{request}{AFTER}");
    let mut served = send_by_hand(steps, site, &input).await;
    let (head, _) = served.answer(steps, "POST").await;
    steps.equal("status", &head.status, &400);
    let told = head.header("Connection");
    steps.equal("Connection", &told, &Some("close"));
    let list = asked.list();
    let after = list.iter().any(|target| target == "/after");
    let what = format!("/after was not asked for: {list:?}");
    steps.holds(what, !after);
    served.nothing_more(steps).await;
}

pub async fn expect(steps: Steps) {
    // HTTP/1.0 has no interim answers (RFC 9110, section 10.1.1).
    let old = "POST /yes HTTP/1.0\r\nExpect: 100-continue\r\n\
               Content-Length: 5\r\n\r\nhello";
    let mut served = send_by_hand(&steps, plain("thanks"), old).await;
    served.answer(&steps, "POST").await;
    let all = served.writes.concat();
    let all = String::from_utf8_lossy(&all).into_owned();
    let what = format!("{all:?} has no interim answer");
    steps.holds(what, all.starts_with("HTTP/1.1 200 "));

    let waiting = |target: &str| {
        format!(
            "POST {target} HTTP/1.1\r\nHost: a\r\n\
             Expect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        )
    };
    let site: Arc<Site> = site(|line, _| match line.target.as_str() {
        "/no" => whole(403, "no"),
        _ => whole(200, "thanks"),
    });
    let (client, server) = lab_net::pipe::bounded(64 * 1024);
    let limits = HeadLimits::default();
    let idle = Duration::from_secs(3600);
    let life = serve_site(connection(server), site, limits, idle);
    let client = async move {
        let mut client = client;
        steps.step("send a head with Expect: 100-continue, and wait");
        let head = waiting("/yes");
        let sent = client.sender.send(head.as_bytes()).await;
        steps.succeeds("send", sent);
        let head = client.receiver.head().await;
        let head = steps.succeeds("an interim answer", head);
        steps.equal("status", &head.status, &100);
        steps.step("send the body");
        let sent = client.sender.send(b"hello").await;
        steps.succeeds("send", sent);
        let head = client.receiver.head().await;
        let head = steps.succeeds("an answer", head);
        steps.equal("status", &head.status, &200);
        let body = client.receiver.body(&head, "POST");
        let text = steps.succeeds("a body", body).text(100).await;
        let text = steps.succeeds("the body", text);
        steps.equal("the body", text.as_str(), "thanks");

        steps.step("ask again for something that is refused");
        let head = waiting("/no");
        let sent = client.sender.send(head.as_bytes()).await;
        steps.succeeds("send", sent);
        let head = client.receiver.final_head().await;
        let head = steps.succeeds("an answer", head);
        steps.equal("status", &head.status, &403);
        // Whoever was told to go on may go on; this client leaves.
        drop(client);
    };
    // A server that does not ask for the body waits for it, as the
    // client waits for the server: the last step says so.
    let ((), _) = tokio::join!(client, life);
}

/// Expects two answers that say what they were asked for.
async fn both(
    steps: &Steps,
    served: &mut Served,
    asked: &Asked,
    targets: &[&str],
) {
    for target in targets {
        let (head, body) = served.answer(steps, "GET").await;
        steps.equal("status", &head.status, &200);
        steps.equal("the answer", body.as_str(), *target);
    }
    steps.equal("targets asked for", &asked.list(), targets);
    served.nothing_more(steps).await;
}

/// A site that answers with the target, and notes it. It refuses
/// `/no`.
fn noting() -> (Asked, Arc<Site>) {
    let asked = Asked::default();
    let noted = asked.clone();
    let site = site(move |line, _| {
        let targets = noted.targets.lock();
        let mut targets =
            targets.unwrap_or_else(PoisonError::into_inner);
        targets.push(line.target.clone());
        let status = if line.target == "/no" { 403 } else { 200 };
        whole(status, &line.target)
    });
    (asked, site)
}

impl Asked {
    fn list(&self) -> Vec<String> {
        let targets = self.targets.lock();
        targets.unwrap_or_else(PoisonError::into_inner).clone()
    }
}
