//! The download error: why there is no file in the answer.

use std::io;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// Why a download is refused, before its first byte.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// There is no such file: status 404.
    #[error("There is no such file.")]
    NotFound,
    /// The server may not read the file: status 403.
    #[error("The server isn't allowed to read this file.")]
    Forbidden,
    /// Reading failed for another reason: status 500.
    #[error("The file could not be read.")]
    Read(#[source] io::Error),
}

impl From<io::Error> for DownloadError {
    /// Sorts what the system says. A directory, a name that is
    /// too long, and a path that leads through a file are all
    /// "not found" to a client; so is what is not there.
    fn from(error: io::Error) -> Self {
        use io::ErrorKind as K;
        match error.kind() {
            K::NotFound
            | K::IsADirectory
            | K::NotADirectory
            | K::InvalidFilename => Self::NotFound,
            K::PermissionDenied => Self::Forbidden,
            _ => Self::Read(error),
        }
    }
}

impl IntoResponse for DownloadError {
    /// Answers with the status and a short text. The cause of a
    /// 500 goes to standard error: it may name paths, which are
    /// no business of the client.
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Read(cause) => {
                eprintln!("chapter-5: {self} {cause}");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        (status, format!("{self}\n")).into_response()
    }
}
