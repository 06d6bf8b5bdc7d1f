//! What can go wrong, and which response says so.
//!
//! Given: a list of errors, and header fields.

use std::io;

use axum::http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode, header,
};
use axum::response::{IntoResponse, Response};
use uploads::UploadError;

use crate::store::Upload;

/// Why a request was refused, or an append ended early.
#[derive(Debug, thiserror::Error)]
pub enum ResumableError {
    /// There's no such upload.
    #[error("there is no such upload")]
    NotFound,
    /// `PATCH` takes `application/partial-upload` alone.
    #[error("PATCH takes application/partial-upload")]
    MediaType,
    /// A field that must be there is missing or malformed.
    #[error("{0} is missing or malformed")]
    Field(&'static str),
    /// The request begins elsewhere than the upload ends.
    #[error("the upload has {offset} bytes")]
    Offset {
        /// Where it ends.
        offset: u64,
    },
    /// The lengths contradict each other, or the bytes contradict
    /// them.
    #[error("the length of the upload is another one")]
    Length,
    /// The upload is complete, and nothing is appended to it.
    #[error("the upload is complete")]
    Complete,
    /// A newer request for the same upload took over.
    #[error("a newer request took over")]
    TakenOver,
    /// The client sent nothing for as long as it may.
    #[error("the client sent nothing more")]
    Idle,
    /// What an upload of chapter 11 can fail with.
    #[error(transparent)]
    Upload(#[from] UploadError),
}

impl From<io::Error> for ResumableError {
    fn from(error: io::Error) -> Self {
        Self::Upload(error.into())
    }
}

impl IntoResponse for ResumableError {
    fn into_response(self) -> Response {
        let mut fields = HeaderMap::new();
        let close = HeaderValue::from_static("close");
        fields.insert(header::CONNECTION, close);
        let status = match &self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Offset { offset } => {
                number(&mut fields, OFFSET, *offset);
                StatusCode::CONFLICT
            }
            Self::TakenOver => StatusCode::CONFLICT,
            Self::Idle => StatusCode::REQUEST_TIMEOUT,
            Self::Field(_) | Self::Length | Self::Complete => {
                StatusCode::BAD_REQUEST
            }
            Self::Upload(UploadError::TooLarge { limit }) => {
                limited(&mut fields, *limit);
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::Upload(error) => error.status(),
        };
        match self {
            // Chapter 11 reports it, and tells strangers less.
            Self::Upload(error) => (fields, error).into_response(),
            error => {
                naive::report(format_args!("resumable: {error}"));
                let text = format!("{error}\n");
                (status, fields, text).into_response()
            }
        }
    }
}

const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
const LIMIT: HeaderName = HeaderName::from_static("upload-limit");

/// Returns the state of an upload as header fields, among them
/// `Upload-Limit` and `Cache-Control: no-store`.
pub(crate) fn state(upload: &Upload, limit: u64) -> HeaderMap {
    let mut fields = HeaderMap::new();
    number(&mut fields, OFFSET, upload.offset);
    if let Some(length) = upload.length {
        number(&mut fields, LENGTH, length);
    }
    let complete = if upload.complete { "?1" } else { "?0" };
    fields.insert(COMPLETE, HeaderValue::from_static(complete));
    limited(&mut fields, limit);
    let no_store = HeaderValue::from_static("no-store");
    fields.insert(header::CACHE_CONTROL, no_store);
    fields
}

fn number(fields: &mut HeaderMap, name: HeaderName, number: u64) {
    fields.insert(name, HeaderValue::from(number));
}

fn limited(fields: &mut HeaderMap, limit: u64) {
    let value = HeaderValue::from_str(&format!("max-size={limit}"));
    fields.extend(value.ok().map(|value| (LIMIT, value)));
}
