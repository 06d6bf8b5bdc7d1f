//! The handler of `/download`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;

use crate::{Config, DownloadError};

/// Responds with the whole file, byte for byte. Each request reads the
/// file into memory first.
///
/// The headers are those of [`headers`](crate::headers). `HEAD` gets
/// the same headers as `GET`. It opens the file, so that it fails where
/// `GET` would, and reads nothing of it.
///
/// Anything that isn't a regular file is "not found" and isn't opened,
/// because opening a FIFO waits for its writer. A link to a file is
/// followed, and the client gets the link's name.
///
/// No thread of the runtime waits for the disk, because `tokio::fs` and
/// `spawn_blocking` run on the blocking pool. After a request, nothing
/// of the file is kept in memory, and the file is closed.
///
/// Three things aren't graded. The file may be in memory twice for a
/// moment, for example while chunks are joined. If it changes while
/// it's read, the client may get half of the old version. And a file in
/// `/proc`, which claims a length of 0, may be sent empty.
///
/// # Errors
///
/// Returns a [`DownloadError`] if the file is missing, can't be opened,
/// or can't be read.
pub async fn download(
    State(config): State<Arc<Config>>,
    method: Method,
) -> Result<Response, DownloadError> {
    todo!("chapter 5: respond to {method} with {config:?}")
}
