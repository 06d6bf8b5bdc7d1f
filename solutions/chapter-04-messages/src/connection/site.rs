//! A connection's life as a server: one request after the other.
//!
//! We provide this file: it is long, and most of it is about
//! clients that break the rules; the pages tour it.

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

/// Returns the response to a request, from its line and its
/// fields. It is called between two waits, so it must be quick:
/// anything that takes long belongs in the chunks of its
/// response.
pub type Site = dyn Fn(&RequestLine, &Fields) -> Reply + Send + Sync;

/// The most bytes that are read and discarded although nobody
/// wants them: the body of a request, and what comes after the
/// last response.
const UNWANTED: u64 = 256 * 1024;

/// A request, as its head describes it.
struct Request {
    line: RequestLine,
    fields: Fields,
    length: BodyLength,
}

/// Responds to the requests of a connection, one after the other,
/// until one side closes it.
///
/// A client has `idle` for each head. If nothing of a head
/// arrives in that time, or if the server is asked to stop before
/// anything does, the connection is closed without a word. Bodies
/// are read and discarded, up to 256 KiB within `idle`. A longer
/// one costs the client its connection, after the response. A
/// client that doesn't read its response is waited for: chapter
/// 13 limits that.
///
/// Anything that isn't a request gets the status of its error.
/// Then the connection is closed, because nobody knows where the
/// next request would begin.
///
/// # Errors
///
/// What was wrong with a request, the errors of [`write_reply`],
/// and `Io` if the connection fails.
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
            // The response is out: no hurry is an error any more.
            let _ = timeout(idle, reader.close(UNWANTED)).await;
            return Ok(());
        }
    }
}

/// Reads the next request. Returns `None` if there is none,
/// because the client disconnected or waited too long, or because
/// the server stops.
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
        // The client has begun, and may not say it again.
        reader.head(limits).await
    };
    match timeout(idle, read).await {
        Ok(head) => head?.map(validated).transpose(),
        Err(_) if reader.is_between_messages() => Ok(None),
        Err(_) => Err(ConnectionError::TimedOut("the head").into()),
    }
}

/// Looks at a head: is it a request that can get a response?
fn validated(head: Head) -> Result<Request, MessageError> {
    let Head { start, fields } = head;
    let line: RequestLine = start.parse()?;
    let hosts = fields.all("Host");
    // RFC 9112, section 3.2. A server of many sites would choose
    // one by it.
    if hosts.len() > 1 || (hosts.is_empty() && line.minor > 0) {
        return Err(MessageError::Head("there must be one Host"));
    }
    let odd = |byte: u8| !byte.is_ascii_graphic();
    let bad = |byte: u8| odd(byte) || b",/?#@\\".contains(&byte);
    if hosts.iter().any(|host| host.bytes().any(bad)) {
        return Err(MessageError::Head("the Host is none"));
    }
    let length = body_length(&fields, Kind::Request)?;
    // RFC 9112, section 6.1: somebody in between did not know
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

/// How much of a body was left unread.
#[derive(Debug, PartialEq, Eq)]
enum Unread {
    /// Nothing: the next request follows.
    None,
    /// Something: what follows isn't a request.
    Some,
}

/// Reads and discards the body of a request, so that nobody takes
/// it for the next request.
///
/// A client may wait to be asked for its body (RFC 9110, section
/// 10.1.1). It is asked, unless the response is a refusal: then the
/// body need not travel at all.
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

/// Responds with what is wrong, and closes the connection.
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
    // Whether the client hears it or not, this error is the one.
    let _ = timeout(idle, said).await;
    Err(error.into())
}
