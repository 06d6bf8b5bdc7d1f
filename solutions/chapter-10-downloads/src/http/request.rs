//! What HTTP/1.1 asks of every request, and hyper does not.
//!
//! Given: rules of HTTP/1.1 that hyper leaves to its users.

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;

use crate::http::host::is_host;

/// The longest fields of a request, all of them together, in
/// bytes: as much as Node.js takes. hyper refuses only what its
/// buffer cannot hold.
const FIELDS: usize = 16 * 1024;

/// Answers a request without exactly one good `Host` with 400
/// (RFC 9112, section 3.2), and one with too long fields with 431
/// (RFC 6585, section 5).
///
/// A request with another transfer coding than `chunked` gets 501
/// (RFC 9112, section 6.1): hyper undoes only that one, and what
/// is below would be saved as if it were the file. A request with
/// a transfer coding is the last of its connection: it may have
/// had a length too, and somebody on its way may have believed
/// that.
///
/// An answer to `GET` that refuses, 412 or 416, gets a length of
/// 0 where its body is [`no_body`].
pub async fn enforce_http11(request: Request, next: Next) -> Response {
    let coded =
        request.headers().contains_key(header::TRANSFER_ENCODING);
    let get = request.method() == Method::GET;
    let mut response = if !has_host(&request) {
        let text = "There must be one Host.\n";
        (StatusCode::BAD_REQUEST, text).into_response()
    } else if coded && !is_chunked(&request) {
        let text = "The only transfer coding here is chunked.\n";
        (StatusCode::NOT_IMPLEMENTED, text).into_response()
    } else if length(&request) > FIELDS {
        let text = "These fields are too long.\n";
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

/// Is it a refusal whose body says nothing about its length? Such
/// a body would be sent in chunks, to say that there are none.
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

/// Whether its bytes come in chunks, and in nothing else.
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

/// No bytes, and no word about their length: for answers to
/// `HEAD`, and for 304. A length of 0 would be that of the file.
pub fn no_body() -> Body {
    Body::from_stream(stream::empty::<Result<Bytes, axum::BoxError>>())
}
