//! The handler: what `/download` answers.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use tokio::fs;
use tokio::io::AsyncReadExt;

use crate::headers::attachment;
use crate::{Config, DownloadError};

/// The type of a file of which nothing is known.
const OCTETS: HeaderValue =
    HeaderValue::from_static("application/octet-stream");

/// Answers with the whole file, read into memory first.
///
/// `Content-Type`, `Content-Disposition` and `Content-Length`
/// come with it. `HEAD` gets the same status and headers as
/// `GET`, and reads nothing of the file. What is no ordinary
/// file is not found; a link to one is followed.
pub async fn download(
    State(config): State<Arc<Config>>,
    method: Method,
) -> Result<Response, DownloadError> {
    let path = config.file.as_path();
    // First the kind: opening a FIFO would wait for its writer.
    if !fs::metadata(path).await?.is_file() {
        return Err(DownloadError::NotFound);
    }
    let mut file = fs::File::open(path).await?;
    let length = file.metadata().await?.len();
    let (length, body) = if method == Method::HEAD {
        (length, Body::empty())
    } else {
        let room = usize::try_from(length).unwrap_or_default();
        let mut whole = Vec::with_capacity(room);
        file.read_to_end(&mut whole).await?;
        (whole.len() as u64, Body::from(whole))
    };
    let headers = [
        (header::CONTENT_TYPE, OCTETS),
        (header::CONTENT_DISPOSITION, attachment(path)),
        (header::CONTENT_LENGTH, HeaderValue::from(length)),
    ];
    Ok((headers, body).into_response())
}
