//! The other side: answers as a client reads them.

use addresses::{Endpoint, Host};
use futures_util::StreamExt;
use lab::{Steps, split};
use messages::{
    Fields, HeadLimits, MessageError, Outgoing, Response, send,
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
            let message = error.downcast_ref::<MessageError>();
            let incomplete =
                matches!(message, Some(MessageError::Incomplete));
            let what = format!("the error {error:?} is Incomplete");
            steps.holds(what, incomplete);
        }
    }
    for answer in [
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 +20 OK\r\n\r\n",
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
    let request = Outgoing {
        method: method.to_owned(),
        endpoint: Endpoint {
            host: Host::Name("a".to_owned()),
            port: 80,
        },
        target: "/".to_owned(),
        fields: Fields::default(),
    };
    let (wire, _) = Wire::new(answer);
    send(wire, &request, &HeadLimits::default()).await
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
