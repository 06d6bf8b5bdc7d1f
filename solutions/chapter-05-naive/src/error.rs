//! The download error: why a response doesn't contain the file.

use std::io;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// Why a download is refused before its first byte.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The file doesn't exist: status 404.
    #[error("There is no such file.")]
    NotFound,
    /// The server isn't allowed to read the file: status 403.
    #[error("The server isn't allowed to read this file.")]
    Forbidden,
    /// Reading failed for another reason: status 500.
    #[error("The file could not be read.")]
    Read(#[source] io::Error),
}

impl From<io::Error> for DownloadError {
    /// Sorts an error of the operating system by its kind, whatever its
    /// error number. To a client, a directory, a name that's too long,
    /// and a path that leads through a file are all "not found", like a
    /// file that doesn't exist.
    fn from(error: io::Error) -> Self {
        //? todo!("chapter 5: sort {error:?}")
        // ANCHOR: cut-from
        match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::InvalidFilename => Self::NotFound,
            io::ErrorKind::PermissionDenied => Self::Forbidden,
            _ => Self::Read(error),
        }
        // ANCHOR_END: cut-from
    }
}

impl IntoResponse for DownloadError {
    /// Makes a response with the status and, as `text/plain`, the text
    /// of the error and a line feed. The cause of each 500 is passed to
    /// [`report`](crate::report), which prints it on standard error. It
    /// isn't sent to the client, because it may contain paths.
    fn into_response(self) -> Response {
        //? todo!("chapter 5: answer {self:?}")
        // ANCHOR: cut-into_response
        let status = match &self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Read(cause) => {
                crate::report(format_args!("download: {cause}"));
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        (status, format!("{self}\n")).into_response()
        // ANCHOR_END: cut-into_response
    }
}
