//! The client's side: sends one request, and reads the response.
//!
//! We provide this file: it reads responses with the functions that you
//! write for the server.

use addresses::Endpoint;
use bytes::Bytes;
use connections::{BoxError, Transport};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::io::AsyncWriteExt;

use crate::connection::body::Body;
use crate::connection::reader::MessageReader;
use crate::{
    BodyLength, Fields, HeadLimits, Kind, MessageError, RequestLine,
    body_length,
};

/// The most interim responses (1xx) before the final one.
const INTERIM: usize = 8;

/// A request to be sent. It has no body.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// `GET`, `HEAD`.
    pub method: String,
    /// The server, which the `Host` field will name.
    pub endpoint: Endpoint,
    /// The resource: a path, and perhaps a query.
    pub target: String,
    /// More fields. `Host` and `Connection` are added to them.
    pub fields: Fields,
}

/// A response whose head has arrived.
pub struct Response {
    /// The final status.
    pub status: u16,
    /// Its fields.
    pub fields: Fields,
    /// How the end of the body will be found.
    pub length: BodyLength,
    /// Its body in chunks of at most 16 KiB. Nothing is read before the
    /// stream is polled. If the body is truncated, the stream yields
    /// the error [`MessageError::Incomplete`].
    pub body: BoxStream<'static, Result<Bytes, BoxError>>,
}

/// Sends a request, and reads the response up to its body. The
/// connection is used for this one exchange. There's no time limit
/// here, so the caller should set one.
///
/// # Errors
///
/// Returns an error if the request is malformed, and then nothing was
/// sent; if the response is malformed, or its head is larger than
/// `limits`; `Incomplete` if the connection closes within the head; and
/// `Io` if the connection fails.
pub async fn send<T: Transport>(
    mut transport: T,
    request: &Outgoing,
    limits: &HeadLimits,
) -> Result<Response, MessageError> {
    let head = request.head()?;
    transport.write_all(head.as_bytes()).await?;
    transport.flush().await?;
    let mut reader = MessageReader::new(transport);
    for _ in 0..=INTERIM {
        let head = reader.head(limits).await?;
        let head = head.ok_or(MessageError::Incomplete)?;
        let status = status_of(&head.start)?;
        if status == 101 {
            let what = "nobody asked for another protocol";
            return Err(MessageError::Head(what));
        }
        if status < 200 {
            continue;
        }
        let kind = Kind::Response {
            method: &request.method,
            status,
        };
        let length = body_length(&head.fields, kind)?;
        return Ok(Response {
            status,
            fields: head.fields,
            length,
            body: chunks(reader, Body::new(length)),
        });
    }
    Err(MessageError::Head("too many interim responses"))
}

impl Outgoing {
    /// Returns the bytes of the head, if a server could parse them.
    fn head(&self) -> Result<String, MessageError> {
        let line = format!("{} {} HTTP/1.1", self.method, self.target);
        line.parse::<RequestLine>()?;
        let mut host = self.endpoint.to_string();
        // Port 80 is the default and can be left out (RFC 9110, section
        // 7.2).
        if let Some(bare) = host.strip_suffix(":80") {
            host.truncate(bare.len());
        }
        let mut head = format!("{line}\r\nHost: {host}\r\n");
        for (name, value) in self.fields.iter() {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("Connection: close\r\n\r\n");
        Ok(head)
    }
}

/// Returns the status in a line such as `HTTP/1.1 200 OK`.
fn status_of(line: &str) -> Result<u16, MessageError> {
    let mut words = line.splitn(3, ' ');
    let version = words.next().unwrap_or_default();
    let status = words.next().unwrap_or_default();
    let three = status.len() == 3
        && status.bytes().all(|byte| byte.is_ascii_digit());
    match status.parse() {
        Ok(status @ 100..)
            if three && ["HTTP/1.0", "HTTP/1.1"].contains(&version) =>
        {
            Ok(status)
        }
        _ => Err(MessageError::Head("no status line of HTTP/1")),
    }
}

/// Returns the body of a response as a stream.
fn chunks<T: Transport>(
    reader: MessageReader<T>,
    body: Body,
) -> BoxStream<'static, Result<Bytes, BoxError>> {
    stream::try_unfold((reader, body), |(mut reader, mut body)| async {
        let chunk = reader.chunk(&mut body).await?;
        Ok(chunk.map(|chunk| (chunk, (reader, body))))
    })
    .boxed()
}
