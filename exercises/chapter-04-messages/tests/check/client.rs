//! The other side: answers as a client reads them.

use addresses::{Endpoint, Host};
use futures_util::StreamExt;
use lab::{Steps, split};
use messages::{
    Fields, HeadLimits, MessageError, Outgoing, Response, parse_head,
    send,
};

use crate::wire::Wire;

pub async fn answers(steps: Steps) {
    for (method, answer, text) in [
        ("GET", "200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"),
        (
            "GET",
            "200 OK\r\nContent-Length: 5\r\n\r\nhello, and more",
            "hello",
        ),
        (
            "GET",
            "200 OK\r\ntransfer-encoding: Chunked\r\n\r\n\
             3\r\nhel\r\n2;x\r\nlo\r\n0\r\nA: b\r\n\r\n",
            "hello",
        ),
        ("GET", "200 OK\r\n\r\nhello", "hello"),
        ("GET", "200 OK\r\nContent-Length: 0\r\n\r\nhello", ""),
        ("HEAD", "200 OK\r\nContent-Length: 5\r\n\r\n", ""),
        ("GET", "204 No Content\r\n\r\nhello", ""),
        ("GET", "304 Not Modified\r\nContent-Length: 5\r\n\r\n", ""),
        (
            "GET",
            "100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\
             Link: </a>\r\n\r\nHTTP/1.1 200\r\n\
             Content-Length: 5\r\n\r\nhello",
            "hello",
        ),
    ] {
        let answer = format!("HTTP/1.1 {answer}");
        for pieces in split::every(answer.as_bytes()) {
            let name = pieces.name();
            steps.step(format!("{method} gets {answer:?} {name}"));
            let pieces = pieces.iter().map(<[u8]>::to_vec);
            let pieces: Vec<Vec<u8>> = pieces.collect();
            let got = ask(method, pieces).await;
            let got = steps.succeeds("an answer", got);
            let body = read(got).await;
            let body = steps.succeeds("the whole body", body);
            steps.equal_bytes("the body", &body, text.as_bytes());
        }
    }
}

pub async fn asks(steps: Steps) {
    let v6 = "::1".parse().map(Host::Address);
    let v6 = steps.succeeds("an address", v6);
    for (host, port, told) in [
        (Host::Name("a".to_owned()), 80, "a"),
        (Host::Name("a".to_owned()), 8080, "a:8080"),
        (v6, 4004, "[::1]:4004"),
    ] {
        let request = outgoing("GET", Endpoint { host, port }, "/?b");
        steps.step(format!("ask {told} for /?b"));
        let answer = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        let (wire, record) = Wire::new([answer]);
        let got = send(wire, &request, &HeadLimits::default()).await;
        steps.succeeds("an answer", got);
        let sent = record.writes().concat();
        let head = parse_head(&sent, &HeadLimits::default());
        let head = steps.succeeds("what was sent is a head", head);
        let Some((head, length)) = head else {
            steps.fail("a whole head", sent.escape_ascii());
        };
        let line = head.start.as_str();
        steps.equal("request line", line, "GET /?b HTTP/1.1");
        let hosts = head.fields.all("Host");
        steps.equal("Host", &hosts, &[told]);
        let close = head.fields.get("Connection");
        steps.equal("Connection", &close, &Some("close"));
        steps.equal("bytes sent", &sent.len(), &length);
    }
    for (method, target) in [
        ("GET", "/a b"),
        ("GET", "/a\r\nX-Name: b"),
        ("GET", "/a HTTP/1.1\r\nHost: b\r\n\r\nGET /"),
        ("GET", ""),
        ("G T", "/"),
    ] {
        steps.step(format!("ask with {method:?} for {target:?}"));
        let host = Host::Name("a".to_owned());
        let request =
            outgoing(method, Endpoint { host, port: 80 }, target);
        let answer = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        let (wire, record) = Wire::new([answer]);
        let got = send(wire, &request, &HeadLimits::default()).await;
        let got = got.map(|response| response.status);
        steps.refuses("a request that cannot be read", got);
        let writes = record.writes().concat();
        steps.equal_bytes("nothing was sent", &writes, b"");
    }
}

pub async fn cut(steps: Steps) {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
         5\r\nhello\r\n0\r\nA: b\r\n\r\n",
    ] {
        for length in 0..answer.len() {
            let come = &answer[..length];
            steps.step(format!("an answer that ends after {come:?}"));
            let got = ask("GET", vec![come.as_bytes().to_vec()]).await;
            let got = match got {
                Err(error) => Err(error.into()),
                Ok(response) => read(response).await,
            };
            let error = steps.refuses("an answer that was cut", got);
            steps.variant("the error", &error, &["Incomplete"]);
        }
    }
    for answer in [
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 +20 OK\r\n\r\n",
        "HTTP/1.1 0200 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n\
         HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\
         Content-Length: 5\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
         5\r\nhello!\r\n0\r\n\r\n",
    ] {
        steps.step(format!("an answer that is none: {answer:?}"));
        let got = ask("GET", vec![answer.as_bytes().to_vec()]).await;
        let got = match got {
            Err(error) => Err(error.into()),
            Ok(response) => read(response).await,
        };
        steps.refuses("an answer that breaks the rules", got);
    }
}

/// Asks a server that answers with these pieces.
async fn ask(
    method: &str,
    answer: Vec<Vec<u8>>,
) -> Result<Response, MessageError> {
    let host = Host::Name("a".to_owned());
    let request = outgoing(method, Endpoint { host, port: 80 }, "/");
    let (wire, _) = Wire::new(answer);
    send(wire, &request, &HeadLimits::default()).await
}

fn outgoing(
    method: &str,
    endpoint: Endpoint,
    target: &str,
) -> Outgoing {
    Outgoing {
        method: method.to_owned(),
        endpoint,
        target: target.to_owned(),
        fields: Fields::default(),
    }
}

async fn read(
    mut response: Response,
) -> Result<Vec<u8>, connections::BoxError> {
    let mut all = Vec::new();
    while let Some(piece) = response.body.next().await {
        all.extend_from_slice(&piece?);
    }
    Ok(all)
}
