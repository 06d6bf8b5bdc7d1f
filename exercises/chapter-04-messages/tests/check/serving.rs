//! A site that answers over a wire, and its answers.

use std::io::Cursor;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use connections::{BoxError, Connection};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use lab::Steps;
use lab_net::client::{Error, Head, Receiver};
use messages::{
    Fields, HeadLimits, Reply, ReplyBody, RequestLine, Site, serve_site,
};

use crate::wire::Wire;

/// Nothing here waits for time to pass.
const IDLE: Duration = Duration::from_secs(3600);
/// The longest body that is read.
const LONG: usize = 1 << 20;

/// What came of a connection.
pub struct Served {
    /// What was written, write by write.
    pub writes: Vec<Vec<u8>>,
    /// How many bytes were read.
    pub taken: usize,
    /// How `serve_site` ended.
    pub ended: Result<(), BoxError>,
    receiver: Receiver<Cursor<Vec<u8>>>,
}

/// Serves a site to a client that sends these pieces and ends its
/// direction.
pub async fn serve<I>(input: I, site: Arc<Site>) -> Served
where
    I: IntoIterator<Item = Vec<u8>>,
    I::IntoIter: Send + 'static,
{
    let (wire, record) = Wire::new(input);
    let limits = HeadLimits::default();
    let life = serve_site(connection(wire), site, limits, IDLE);
    let ended = life.await;
    let output = Cursor::new(record.writes().concat());
    Served {
        writes: record.writes(),
        taken: record.taken(),
        ended,
        receiver: lab_net::Connection::over(output).receiver,
    }
}

/// Serves a site to a client that sends this text.
pub async fn send(
    steps: &Steps,
    site: Arc<Site>,
    input: &str,
) -> Served {
    let shown: String = input.chars().take(120).collect();
    steps.step(format!("send {shown:?}"));
    let mut served = serve([input.as_bytes().to_vec()], site).await;
    if let Err(error) = &mut served.ended {
        let seen: String = error.to_string();
        steps.step(format!("the connection is cut: {seen}"));
    }
    served
}

/// The same, with a line that repeats it by hand.
pub async fn send_by_hand(
    steps: &Steps,
    site: Arc<Site>,
    input: &str,
) -> Served {
    let text = input.escape_default().to_string();
    let text = text.replace('\'', "'\\''").replace('%', "%%");
    steps.repeat_with(format!(
        "cargo run -p chapter-4, then \
         printf '{text}' | curl -s telnet://127.0.0.1:4004"
    ));
    send(steps, site, input).await
}

/// Gets one target.
pub async fn get(
    steps: &Steps,
    site: Arc<Site>,
    target: &str,
) -> (Head, String) {
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    );
    let mut served = send_by_hand(steps, site, &request).await;
    served.answer(steps, "GET").await
}

impl Served {
    /// The next answer, to a request with this method, whole.
    pub async fn answer(
        &mut self,
        steps: &Steps,
        method: &str,
    ) -> (Head, String) {
        let (head, body) = self.any_answer(steps, method).await;
        (head, steps.succeeds("the whole body", body))
    }

    /// The next answer, and its body or what is wrong with it.
    pub async fn any_answer(
        &mut self,
        steps: &Steps,
        method: &str,
    ) -> (Head, Result<String, Error>) {
        let head = self.receiver.final_head().await;
        let head = steps.succeeds("an answer", head);
        let body = self.receiver.body(&head, method);
        let mut body = steps.succeeds("a body", body);
        let text = body.text(LONG).await;
        (head, text)
    }

    /// Expects that there is no other answer.
    pub async fn nothing_more(&mut self, steps: &Steps) {
        let (rest, _) = self.receiver.rest(LONG).await;
        steps.equal_bytes("what follows", &rest, b"");
    }
}

/// A site that gives the same text whatever it is asked.
pub fn plain(text: &'static str) -> Arc<Site> {
    site(move |_, _| whole(200, text))
}

/// A site.
pub fn site<S>(answers: S) -> Arc<Site>
where
    S: Fn(&RequestLine, &Fields) -> Reply + Send + Sync + 'static,
{
    Arc::new(answers)
}

/// An answer that is there in whole.
pub fn whole(status: u16, text: &str) -> Reply {
    let body = ReplyBody::Whole(text.as_bytes().to_vec());
    Reply {
        status,
        fields: Fields::default(),
        body,
    }
}

/// An answer in pieces; `None` is an error of their source.
pub fn in_pieces(pieces: &[Option<&'static str>]) -> Reply {
    let pieces: Vec<_> = pieces
        .iter()
        .map(|piece| match piece {
            Some(text) => Ok(Bytes::from(*text)),
            None => Err(BoxError::from("the disk is gone")),
        })
        .collect();
    of_stream(stream::iter(pieces).boxed())
}

/// An answer whose pieces come from a stream.
pub fn of_stream(
    pieces: BoxStream<'static, Result<Bytes, BoxError>>,
) -> Reply {
    Reply {
        status: 200,
        fields: Fields::default(),
        body: ReplyBody::Chunks(pieces),
    }
}

/// With one more field.
pub fn with(mut reply: Reply, name: &str, value: &str) -> Reply {
    let pushed = reply.fields.push(name, value);
    assert!(pushed.is_ok(), "a plain field");
    reply
}

/// A connection of this chapter over any transport.
pub fn connection<T>(transport: T) -> Connection<T> {
    // Dropped, the trigger never asks to stop.
    let (_, shutdown) = connections::shutdown();
    let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    Connection {
        transport,
        peer,
        shutdown,
    }
}
