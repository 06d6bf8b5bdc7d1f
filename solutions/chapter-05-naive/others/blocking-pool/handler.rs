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
    //? todo!("chapter 5: answer {method} with {config:?}")
    // ANCHOR: cut-download
    let file = config.file.clone();
    let head = method == Method::HEAD;
    let read = move || -> Result<(u64, Vec<u8>), DownloadError> {
        let facts = std::fs::metadata(&file)?;
        if !facts.is_file() {
            return Err(DownloadError::NotFound);
        }
        let mut open = std::fs::File::open(&file)?;
        let mut bytes = Vec::new();
        if head {
            return Ok((open.metadata()?.len(), bytes));
        }
        std::io::Read::read_to_end(&mut open, &mut bytes)?;
        Ok((bytes.len() as u64, bytes))
    };
    let (length, bytes) = tokio::task::spawn_blocking(read)
        .await
        .map_err(std::io::Error::other)??;
    let name = crate::headers::attachment(&config.file);
    Response::builder()
        .header("content-type", OCTETS)
        .header("content-disposition", name)
        .header("content-length", length)
        .body(axum::body::Body::from(bytes))
        .map_err(|error| DownloadError::Read(std::io::Error::other(error)))
    // ANCHOR_END: cut-download
}
