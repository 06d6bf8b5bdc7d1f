//! The download error: why there is no file in the answer.

use std::io;

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
    /// Sorts what the system says by its kind, whatever number the
    /// system has for it. A directory, a name that is
    /// too long, and a path that leads through a file are all
    /// "not found" to a client; so is what is not there.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::InvalidFilename => Self::NotFound,
            io::ErrorKind::PermissionDenied => Self::Forbidden,
            _ => Self::Read(error),
        }
    }
}

impl IntoResponse for DownloadError {
    /// Answers with the status and, as `text/plain`, with the
    /// text of the error and a line feed. The cause of each 500
    /// goes to standard error: it may name paths, which are no
    /// business of the client.
    fn into_response(self) -> Response {

        let text = format!("{self}\n");
        let status = match self {
            Self::NotFound => 404,
            Self::Forbidden => 403,
            Self::Read(cause) => {
                use std::io::Write;
                let _ = writeln!(io::stderr(), "cannot read: {cause}");
                500
            }
        };
        let mut response = text.into_response();
        *response.status_mut() =
            axum::http::StatusCode::from_u16(status)
                .unwrap_or_default();
        response
    }
}
