//! The responses to uploads and imports.
//!
//! We provide this file, which consists of messages for clients.

use std::io;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pipelines::json_string;

use crate::{ImportError, Saved, UploadError};

/// Makes a response with status 201 and a line of JSON about each file:
/// its name, its length in bytes, and its SHA-256 in hexadecimal
/// digits. With the digest, the client can check the file without
/// downloading it again.
pub(crate) fn created(files: &[Saved]) -> Response {
    let mut text = Vec::new();
    for file in files {
        let name = file.path.file_name().unwrap_or_default();
        text.extend_from_slice(b"{\"name\":");
        json_string(&name.to_string_lossy(), &mut text);
        let digest: String =
            file.digest.iter().map(|b| format!("{b:02x}")).collect();
        let rest = format!(
            ",\"bytes\":{},\"sha256\":\"{digest}\"}}\n",
            file.bytes
        );
        text.extend_from_slice(rest.as_bytes());
    }
    let kind = HeaderValue::from_static("application/x-ndjson");
    let nosniff = HeaderValue::from_static("nosniff");
    let fields = [
        (header::CONTENT_TYPE, kind),
        (header::X_CONTENT_TYPE_OPTIONS, nosniff),
    ];
    (StatusCode::CREATED, fields, text).into_response()
}

/// Makes a response with this status and a line of text, and reports
/// it. The connection is closed after it, because the client may still
/// be sending.
pub(crate) fn refusal(status: StatusCode, text: String) -> Response {
    naive::report(format_args!("refused with {status}: {text}"));
    answer(status, text)
}

fn answer(status: StatusCode, text: String) -> Response {
    let close = HeaderValue::from_static("close");
    let text = format!("{text}\n");
    (status, [(header::CONNECTION, close)], text).into_response()
}

impl IntoResponse for UploadError {
    fn into_response(self) -> Response {
        naive::report(format_args!("upload: {self}"));
        answer(self.status(), told(&self))
    }
}

impl IntoResponse for ImportError {
    /// Makes the response: 400 for a mistake of the client, 403 for an
    /// address that isn't public, and 502 if the other server failed.
    /// If the file couldn't be saved, the status is the same as for an
    /// upload. An address that isn't public is only reported and not
    /// sent to the client, because otherwise a client could list the
    /// addresses of an internal network.
    fn into_response(self) -> Response {
        naive::report(format_args!("import: {self}"));
        let status = match &self {
            Self::Url(_) => StatusCode::BAD_REQUEST,
            Self::Scope { .. } => {
                let text = "the host is not public".to_owned();
                return answer(StatusCode::FORBIDDEN, text);
            }
            Self::Upload(
                UploadError::Pipeline(_) | UploadError::TooFine,
            ) => StatusCode::BAD_GATEWAY,
            Self::Upload(error) => {
                return answer(error.status(), told(error));
            }
            _ => StatusCode::BAD_GATEWAY,
        };
        answer(status, self.to_string())
    }
}

/// Returns the part of the error that a stranger may see. The operating
/// system's messages contain paths, so they aren't sent.
fn told(error: &UploadError) -> String {
    match error {
        UploadError::Io(error) => match error.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded => "the disk is full".into(),
            _ => "the file could not be saved".into(),
        },
        error => error.to_string(),
    }
}
