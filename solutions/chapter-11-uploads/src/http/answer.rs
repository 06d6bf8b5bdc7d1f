//! What a client is told.
//!
//! Given: sentences for clients.

use std::io;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pipelines::json_string;

use crate::{ImportError, Saved, UploadError};

/// 201 with a line of JSON about each file: its name, its length
/// in bytes, and its SHA-256 in hexadecimal digits. The digest
/// lets the client compare without another download.
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

/// A line of text under this status, which is reported, too. The
/// client may still be sending, so this is the last answer on its
/// connection.
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
    /// 400 for the asker's doing, 403 for an address that is not
    /// public, 502 for what the other server did, and what an
    /// upload gets where saving failed. Which address a name of the
    /// inside has is only reported: whoever may ask could list them
    /// all.
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

/// What a stranger may know: the words of the system name paths,
/// so they stay here.
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
