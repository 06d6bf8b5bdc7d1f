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
        use io::ErrorKind as Kind;
        const ABSENT: [Kind; 4] = [
            Kind::NotFound,
            Kind::IsADirectory,
            Kind::NotADirectory,
            Kind::InvalidFilename,
        ];
        let kind = error.kind();
        if ABSENT.contains(&kind) {
            return Self::NotFound;
        }
        if kind == Kind::PermissionDenied {
            return Self::Forbidden;
        }
        Self::Read(error)
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
        let code = match self {
            Self::NotFound => 404,
            Self::Forbidden => 403,
            Self::Read(_) => 500,
        };
        if let Some(cause) = std::error::Error::source(&self) {
            eprintln!("500: {cause:?}: {cause}");
        }
        let body = axum::body::Body::from(self.to_string() + "\n");
        Response::builder()
            .status(code)
            .header("Content-Type", "text/plain")
            .body(body)
            .expect("a status and a header that are known")
        // ANCHOR_END: cut-into_response
    }
}
