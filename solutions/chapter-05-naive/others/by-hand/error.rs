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
    /// Sorts what the system says. A directory, a name that is
    /// too long, and a path that leads through a file are all
    /// "not found" to a client; so is what is not there.
    fn from(error: io::Error) -> Self {
        //? todo!("chapter 5: sort {error:?}")
        // ANCHOR: cut-from
        match error.kind() {
            io::ErrorKind::PermissionDenied => Self::Forbidden,
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::IsADirectory => Self::NotFound,
            io::ErrorKind::NotADirectory => Self::NotFound,
            io::ErrorKind::InvalidFilename => Self::NotFound,
            _ => Self::Read(error),
        }
        // ANCHOR_END: cut-from
    }
}

impl IntoResponse for DownloadError {
    /// Answers with the status and, as `text/plain`, with the
    /// text of the error and a line feed. The cause of a 500
    /// goes to standard error: it may name paths, which are no
    /// business of the client.
    fn into_response(self) -> Response {
        //? todo!("chapter 5: answer {self:?}")
        // ANCHOR: cut-into_response
        use axum::http::{StatusCode, header};
        let text = format!("{self}\n");
        let status = match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Read(cause) => {
                use std::io::Write;
                // A closed standard error is no reason to panic.
                let _ = writeln!(io::stderr(), "{cause}");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        let plain = [(header::CONTENT_TYPE, "text/plain")];
        (status, plain, text).into_response()
        // ANCHOR_END: cut-into_response
    }
}
