//! The handler: from a request to its answer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::Response;

use crate::{DownloadError, Downloads};

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
    use crate::{Coding, Decision, content_range, decide};
    use axum::response::IntoResponse;
    let opened = downloads.open(&uri, &headers).await?;
    let length = opened.representation.length;
    let decision = decide(&method, &headers, &opened.representation);
    let place = content_range(&decision, length);
    let place = place.map(|place| (header::CONTENT_RANGE, place));
    let status = decision.status();
    let range = match decision {
        Decision::Parts(parts) => {
            return Ok(downloads.parts(opened, parts));
        }
        Decision::PreconditionFailed | Decision::Unsatisfiable => {
            let mut response = status.into_response();
            response.headers_mut().extend(place);
            return Ok(response);
        }
        Decision::NotModified => 0..0,
        Decision::Part(range) => range,
        Decision::Whole => 0..length,
    };
    let mut fields = HeaderMap::new();
    opened.describe(&mut fields);
    fields.extend(place);
    if opened.coding != Coding::Gzip && !status.is_redirection() {
        let sent = range.end - range.start;
        fields.insert(header::CONTENT_LENGTH, sent.into());
    }
    let body = if status.is_redirection() || method == Method::HEAD { crate::no_body() } else { downloads.body(opened, range) };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = fields;
    Ok(response)
}
