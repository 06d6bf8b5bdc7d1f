//! The router: which handler responds to a request.

use axum::Router;

use crate::{Config, DownloadError};

/// Serves `config.file` at `/download`, for `GET` and `HEAD`.
///
/// The query isn't part of the path, so it makes no difference. Every
/// other path gets 404 with a short text, and every other method 405
/// with an `Allow` header.
pub fn router(config: Config) -> Router {
    todo!("chapter 5: serve {config:?}")
}

/// Returns the error for every path that isn't served.
async fn not_found() -> DownloadError {
    DownloadError::NotFound
}
