//! The handler of `/download`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;

use crate::{Config, DownloadError};

/// Responds with the whole file, byte for byte. The file is read into
/// memory first, anew for each request.
///
/// The headers are those of [`headers`](crate::headers). `HEAD` gets
/// the same headers as `GET` and reads nothing of the file, and it
/// fails if opening the file fails.
///
/// Anything that isn't a regular file is "not found" and isn't opened,
/// because opening a FIFO waits for its writer. A link to a file is
/// followed, and the client gets the link's name.
///
/// No thread of the runtime waits for the disk, because `tokio::fs` and
/// `spawn_blocking` run on the blocking pool. Nothing of a file is kept
/// for the next request, and no file stays open.
///
/// The following isn't graded: a second copy in memory for a moment,
/// such as while chunks are joined; a file that changes while it's
/// read, and is sent half old; and a file of `/proc`, which claims a
/// length of 0 and is sent empty.
///
/// # Errors
///
/// Returns a [`DownloadError`] if the file is missing, can't be opened,
/// or can't be read.
pub async fn download(
    State(config): State<Arc<Config>>,
    method: Method,
) -> Result<Response, DownloadError> {
    //? todo!("chapter 5: respond to {method} with {config:?}")
    // ANCHOR: cut-download
    let facts = tokio::fs::metadata(&config.file).await?;
    if !facts.is_file() {
        return Err(DownloadError::NotFound);
    }
    let (length, body) = if method == Method::HEAD {
        // A file that may not be read is a 403 here, too.
        tokio::fs::File::open(&config.file).await?;
        (facts.len(), Body::empty())
    } else {
        let bytes = tokio::fs::read(&config.file).await?;
        (bytes.len() as u64, Body::from(bytes))
    };
    let mut response = Response::new(body);
    *response.headers_mut() = crate::headers(&config.file, length);
    Ok(response)
    // ANCHOR_END: cut-download
}
