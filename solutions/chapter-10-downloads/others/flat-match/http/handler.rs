//! The handler: from a request to its answer.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::Response;

use crate::{
    Coding, Decision, DownloadError, Downloads, content_range, decide,
    no_body,
};

/// Answers with the file, a part or parts of it, or the reason
/// why not.
///
/// | decision | status | what else |
/// | --- | --- | --- |
/// | whole | 200 | `Content-Length` |
/// | one part | 206 | the same, of the part; `Content-Range` |
/// | parts | 206 | [`Downloads::parts`] makes the answer |
/// | not modified | 304 | no body |
/// | precondition failed | 412 | no body |
/// | unsatisfiable | 416 | `Content-Range`, no body |
///
/// [`Opened::describe`](crate::Opened::describe) writes the
/// fields about the file for 200, 206 and 304. `HEAD` gets the
/// fields of `GET`, and nothing of the file is read. An answer
/// without bytes begins as `Response::new(no_body())`.
///
/// [`Downloads::body`] gives exactly the bytes of a range. What
/// is compressed on its way has a length that nobody knows yet:
/// then there is no `Content-Length`.
pub async fn download(
    State(downloads): State<Arc<Downloads>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, DownloadError> {
    let opened = downloads.open(&uri, &headers).await?;
    let length = opened.representation.length;
    let decision = decide(&method, &headers, &opened.representation);
    let status = decision.status();
    let mut fields = HeaderMap::new();
    if let Some(place) = content_range(&decision, length) {
        fields.insert(header::CONTENT_RANGE, place);
    }
    let span = match decision {
        Decision::Parts(parts) => {
            return Ok(downloads.parts(opened, parts));
        }
        Decision::Whole => Some(0..length),
        Decision::Part(part) => Some(part),
        Decision::NotModified => None,
        Decision::PreconditionFailed | Decision::Unsatisfiable => {
            return Ok(answer(status, fields, no_body()));
        }
    };
    opened.describe(&mut fields);
    let Some(span) = span else {
        return Ok(answer(status, fields, no_body()));
    };
    if opened.coding != Coding::Gzip {
        let bytes = span.end - span.start;
        fields.insert(header::CONTENT_LENGTH, bytes.into());
    }
    let body = if method == Method::HEAD { no_body() } else { downloads.body(opened, span) };
    Ok(answer(status, fields, body))
}

fn answer(
    status: StatusCode,
    fields: HeaderMap,
    body: Body,
) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = fields;
    response
}
