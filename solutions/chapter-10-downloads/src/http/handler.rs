//! Turns a request for a file into its response.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::Response;

use crate::{
    Coding, Decision, DownloadError, Downloads, content_range, decide,
    no_body,
};

/// Responds with the file, one or several parts of it, or the reason
/// why not.
///
/// | decision | status | what else |
/// | --- | --- | --- |
/// | whole | 200 | `Content-Length` |
/// | one part | 206 | the part's `Content-Length`; `Content-Range` |
/// | parts | 206 | [`Downloads::parts`] makes the response |
/// | not modified | 304 | no body |
/// | precondition failed | 412 | no body |
/// | unsatisfiable | 416 | `Content-Range`, no body |
///
/// [`Opened::describe`](crate::Opened::describe) writes the fields
/// about the file for 200, 206 and 304. Responses with 412 and 416 have
/// none of these fields. `HEAD` gets the fields of `GET`, and the file
/// isn't read. For a response without a body, start with
/// `Response::new(no_body())`.
///
/// [`Downloads::body`] makes a body with exactly the bytes of a range,
/// of the kind that the settings say. If the client stalls, the reader
/// stops, at most the high-water mark plus one chunk ahead of the
/// client. If the file is compressed while it's sent, the length isn't
/// known yet, so there's no `Content-Length`.
///
/// # Errors
///
/// Returns the errors of [`Downloads::open`] unchanged, because a file
/// that can't be opened isn't the same as one that doesn't exist.
pub async fn download(
    State(downloads): State<Arc<Downloads>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, DownloadError> {
    //? todo!("chapter 10: answer {method} {uri}")
    // ANCHOR: cut-download
    let opened = downloads.open(&uri, &headers).await?;
    let length = opened.representation.length;
    let decision = decide(&method, &headers, &opened.representation);
    let mut response = Response::new(no_body());
    *response.status_mut() = decision.status();
    if let Some(place) = content_range(&decision, length) {
        response.headers_mut().insert(header::CONTENT_RANGE, place);
    }
    if response.status().is_client_error() {
        return Ok(response);
    }
    opened.describe(response.headers_mut());
    let range = match decision {
        Decision::Parts(parts) => {
            return Ok(downloads.parts(opened, parts));
        }
        Decision::Part(range) => range,
        Decision::Whole => 0..length,
        _ => return Ok(response),
    };
    if opened.coding != Coding::Gzip {
        let fields = response.headers_mut();
        let sent = range.end - range.start;
        fields.insert(header::CONTENT_LENGTH, sent.into());
    }
    if method != Method::HEAD {
        *response.body_mut() = downloads.body(opened, range);
    }
    Ok(response)
    // ANCHOR_END: cut-download
}
