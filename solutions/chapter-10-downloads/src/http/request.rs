//! Rules that HTTP/1.1 has for every request, and that hyper doesn't
//! enforce.
//!
//! We provide this file, because such rules aren't a subject of this
//! chapter.

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;

use crate::http::host::is_host;

/// The maximum length of all fields of a request together, in bytes,
/// which is the same as in Node.js. hyper itself refuses only what
/// doesn't fit in its buffer.
const FIELDS: usize = 16 * 1024;

/// Responds with 400 if a request doesn't have exactly one valid `Host`
/// (RFC 9112, section 3.2), and with 431 if its fields are too long
/// (RFC 6585, section 5).
///
/// A request with a transfer coding other than `chunked` gets 501 (RFC
/// 9112, section 6.1), because hyper decodes only that one, and the
/// encoded bytes would be saved as if they were the file. After a
/// request with a transfer coding, the connection is closed: the
/// request may also have had a length, and a proxy may have relied on
/// that.
///
/// A 412 or 416 in response to `GET` gets a length of 0 if its body is
/// [`no_body`].
pub async fn enforce_http11(request: Request, next: Next) -> Response {
    let coded =
        request.headers().contains_key(header::TRANSFER_ENCODING);
    let get = request.method() == Method::GET;
    let mut response = if !has_host(&request) {
        let text = "There must be exactly one Host.\n";
        (StatusCode::BAD_REQUEST, text).into_response()
    } else if coded && !is_chunked(&request) {
        let text = "The only transfer coding supported is chunked.\n";
        (StatusCode::NOT_IMPLEMENTED, text).into_response()
    } else if length(&request) > FIELDS {
        let text = "The header fields are too long.\n";
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        (status, text).into_response()
    } else {
        next.run(request).await
    };
    if get && refuses(&response) {
        *response.body_mut() = Body::empty();
    }
    if coded {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

/// Returns whether this is a refusal whose body says nothing about its
/// length. hyper would send such a body in the chunked coding, although
/// it's empty.
fn refuses(response: &Response) -> bool {
    let refusal = matches!(
        response.status(),
        StatusCode::PRECONDITION_FAILED
            | StatusCode::RANGE_NOT_SATISFIABLE
    );
    refusal && response.body().size_hint().exact().is_none()
}

fn has_host(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (first, second) = (hosts.next(), hosts.next());
    let old = request.version() < Version::HTTP_11;
    match (first, second) {
        (Some(host), None) => is_host(host.as_bytes()),
        (None, _) => old,
        _ => false,
    }
}

/// Returns whether `chunked` is the only transfer coding.
fn is_chunked(request: &Request) -> bool {
    let codings = request.headers().get_all(header::TRANSFER_ENCODING);
    let mut codings = codings.iter().map(HeaderValue::as_bytes);
    let (first, second) = (codings.next(), codings.next());
    let first = first.unwrap_or_default().trim_ascii();
    first.eq_ignore_ascii_case(b"chunked") && second.is_none()
}

fn length(request: &Request) -> usize {
    let fields = request.headers().iter();
    fields
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}

/// Returns an empty body that says nothing about its length, for
/// responses to `HEAD` and for 304. A length of 0 would be taken for
/// the length of the file.
pub fn no_body() -> Body {
    Body::from_stream(stream::empty::<Result<Bytes, axum::BoxError>>())
}
