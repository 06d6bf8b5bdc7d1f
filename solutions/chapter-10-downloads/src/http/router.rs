//! The router: which handler responds to a request.
//!
//! We provide this file: it's two routes and a layer.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;

use crate::{DownloadError, Downloads, download, enforce_http11};

/// Serves `/download` and `/files/…`, for `GET` and `HEAD`. Every other
/// method gets 405 with the list of allowed methods, and every other
/// path gets 404.
pub fn router(downloads: Arc<Downloads>) -> Router {
    Router::new()
        .route("/download", get(download))
        .route("/files/{*path}", get(download))
        .fallback(async || DownloadError::NotFound)
        .layer(from_fn(enforce_http11))
        .with_state(downloads)
}
