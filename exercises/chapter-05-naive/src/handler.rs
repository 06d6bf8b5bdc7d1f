//! The handler: what `/download` answers.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, Method};
use axum::response::Response;

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
    todo!("chapter 5: answer {method} with {config:?}")
}
