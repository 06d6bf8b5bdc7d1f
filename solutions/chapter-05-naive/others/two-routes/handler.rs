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
    use axum::http::header;
    let Config { file, .. } = &*config;
    match tokio::fs::metadata(file).await?.file_type() {
        kind if kind.is_file() => {}
        _ => return Err(DownloadError::NotFound),
    }
    let mut response = Response::default();
    let length = match method {
        Method::HEAD => {
            let open = tokio::fs::File::open(file).await?;
            open.metadata().await?.len()
        }
        _ => {
            let file = file.clone();
            let read = tokio::task::spawn_blocking(|| std::fs::read(file));
            let bytes = read.await.unwrap_or_else(|panic| {
                Err(std::io::Error::other(panic))
            })?;
            let length = bytes.len();
            *response.body_mut() = bytes.into();
            length as u64
        }
    };
    let headers = response.headers_mut();
    headers.append(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.append(header::CONTENT_TYPE, OCTETS);
    let name = crate::headers::attachment(&config.file);
    headers.append(header::CONTENT_DISPOSITION, name);
    Ok(response)
    // ANCHOR_END: cut-download
}
