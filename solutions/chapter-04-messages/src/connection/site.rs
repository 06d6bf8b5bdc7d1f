//! Serves a connection: responds to one request after the other.
//!
//! We provide this file: it's long, and most of it deals with clients
//! that break the rules. The book's pages tour it.

use std::sync::Arc;
use std::time::Duration;

use connections::{
    BoxError, Connection, ConnectionError, Shutdown, Transport,
};
use futures_util::FutureExt;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use crate::connection::body::Body;
use crate::connection::reader::MessageReader;
use crate::wire::reply::last_words;
use crate::{
    BodyLength, Fields, Head, HeadLimits, Kind, MessageError, Reply,
    RequestLine, body_length, write_reply,
};

/// Returns the response to a request, from its line and its fields. The
/// call must not take long, because it holds up the thread that serves
/// the other connections. Anything slow belongs in the stream of the
/// response's chunks.
pub type Site = dyn Fn(&RequestLine, &Fields) -> Reply + Send + Sync;

/// The most bytes that are read only to be discarded: the body of a
/// request, or anything after the last response.
const UNWANTED: u64 = 256 * 1024;

/// A request, as its head describes it.
struct Request {
    line: RequestLine,
    fields: Fields,
    length: BodyLength,
}

/// Responds to the requests of a connection, one after the other, until
/// one side closes it.
///
/// A client has `idle` for each head. If no byte of a head arrives in
/// that time, or before the server is asked to stop, the connection is
/// closed without a response. The bodies of requests are read and
/// discarded, up to 256 KiB within `idle`. If a body is longer, the
/// connection is closed after the response. There's no limit here for a
/// client that doesn't read its response; chapter 13 adds one.
///
/// Anything that isn't a valid request gets a response with the status
/// of its error. Then the connection is closed, because there's no way
/// to know where the next request would begin.
///
/// # Errors
///
/// Returns what was wrong with a request, the errors of
/// [`write_reply`], and `Io` if the connection fails.
pub async fn serve_site<T: Transport>(
    connection: Connection<T>,
    site: Arc<Site>,
    limits: HeadLimits,
    idle: Duration,
) -> Result<(), BoxError> {
    let Connection {
        transport,
        shutdown,
        ..
    } = connection;
    let mut reader = MessageReader::new(transport);
    loop {
        let request =
            next_request(&mut reader, &limits, idle, &shutdown).await;
        let request = match request {
            Ok(Some(request)) => request,
            Ok(None) => return Ok(()),
            Err(error) => return refuse(reader, error, idle).await,
        };
        let mut reply = site(&request.line, &request.fields);
        let body = drop_body(&mut reader, &request, reply.status);
        let body = match timeout(idle, body).await {
            Ok(Ok(body)) => body,
            Ok(Err(error)) => return refuse(reader, error, idle).await,
            Err(_) => {
                let error = ConnectionError::TimedOut("the body");
                return refuse(reader, error.into(), idle).await;
            }
        };
        let stops = shutdown.requested().now_or_never().is_some();
        let closes = request.fields.has("Connection", "close");
        if body == Unread::Some || closes || stops {
            reply.fields.push("Connection", "close")?;
        }
        let transport = reader.transport();
        if !write_reply(transport, &request.line, reply).await? {
            // The response was sent, so a failure from here on isn't an
            // error.
            let _ = timeout(idle, reader.close(UNWANTED)).await;
            return Ok(());
        }
    }
}

/// Reads the next request. Returns `None` if the client disconnected or
/// waited too long, or if the server is stopping.
async fn next_request<T: Transport>(
    reader: &mut MessageReader<T>,
    limits: &HeadLimits,
    idle: Duration,
    shutdown: &Shutdown,
) -> Result<Option<Request>, MessageError> {
    let read = async {
        tokio::select! {
            biased;
            head = reader.head(limits) => return head,
            () = shutdown.requested() => {}
        }
        if reader.is_between_messages() {
            return Ok(None);
        }
        // The client has begun its request, and might not repeat it.
        reader.head(limits).await
    };
    match timeout(idle, read).await {
        Ok(head) => head?.map(validated).transpose(),
        Err(_) if reader.is_between_messages() => Ok(None),
        Err(_) => Err(ConnectionError::TimedOut("the head").into()),
    }
}

/// Checks that a head is a request that we can respond to.
fn validated(head: Head) -> Result<Request, MessageError> {
    let Head { start, fields } = head;
    let line: RequestLine = start.parse()?;
    let hosts = fields.all("Host");
    // RFC 9112, section 3.2. A server with several sites would choose
    // one of them by this field.
    if hosts.len() > 1 || (hosts.is_empty() && line.minor > 0) {
        return Err(MessageError::Head("there must be one Host"));
    }
    let odd = |byte: u8| !byte.is_ascii_graphic();
    let bad = |byte: u8| odd(byte) || b",/?#@\\".contains(&byte);
    if hosts.iter().any(|host| host.bytes().any(bad)) {
        return Err(MessageError::Head("the Host is none"));
    }
    let length = body_length(&fields, Kind::Request)?;
    // RFC 9112, section 6.1: some proxy on the way didn't understand
    // what it passed on.
    if line.minor == 0 && length == BodyLength::Chunked {
        let what = "HTTP/1.0 has no chunks";
        return Err(MessageError::Length(what));
    }
    Ok(Request {
        line,
        fields,
        length,
    })
}

/// Whether part of a body was left unread.
#[derive(Debug, PartialEq, Eq)]
enum Unread {
    /// None of it, so the next request follows.
    None,
    /// Some of it, so what follows isn't a request.
    Some,
}

/// Reads and discards the body of a request, so that it isn't taken for
/// the next request.
///
/// A client may wait until the server asks for the body (RFC 9110,
/// section 10.1.1). The server asks, unless the response is a refusal,
/// because then the body doesn't have to be sent at all.
async fn drop_body<T: Transport>(
    reader: &mut MessageReader<T>,
    request: &Request,
    status: u16,
) -> Result<Unread, MessageError> {
    let mut body = Body::new(request.length);
    if body.is_complete() {
        return Ok(Unread::None);
    }
    let waits = request.line.minor > 0
        && request.fields.has("Expect", "100-continue");
    if waits && status >= 400 {
        return Ok(Unread::Some);
    }
    if waits {
        let transport = reader.transport();
        transport
            .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
            .await?;
        transport.flush().await?;
    }
    if reader.discard(&mut body, UNWANTED).await? {
        Ok(Unread::None)
    } else {
        Ok(Unread::Some)
    }
}

/// Responds with the error in the request, and closes the connection.
async fn refuse<T: Transport>(
    mut reader: MessageReader<T>,
    error: MessageError,
    idle: Duration,
) -> Result<(), BoxError> {
    let words = last_words(error.status(), &error.to_string());
    let said = async {
        let transport = reader.transport();
        if transport.write_all(&words).await.is_ok() {
            reader.close(UNWANTED).await;
        }
    };
    // This error is returned whether or not the client got the
    // response.
    let _ = timeout(idle, said).await;
    Err(error.into())
}
