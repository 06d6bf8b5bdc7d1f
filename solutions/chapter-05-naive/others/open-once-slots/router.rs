//! The router: which request meets which handler.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::{Config, DownloadError, download};

/// Serves `config.file` at `/download`, for `GET` and `HEAD`.
///
/// The query is not part of the path and changes nothing. Every
/// other path gets 404 with a short text, every other method 405
/// with the list of those that are allowed.
pub fn router(config: Config) -> Router {
    Router::new()
        .route("/download", get(download))
        .fallback(not_found)
        .with_state(Arc::new(config))
}

/// What a path gets that nothing is behind.
async fn not_found() -> DownloadError {
    DownloadError::NotFound
}
