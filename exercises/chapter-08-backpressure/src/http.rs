//! The router: chapter 5's answer with a streamed body.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, header};
use axum::response::Response;
use naive::{Config, DownloadError};

use crate::FileBody;

/// Serves `config.file` at `/download`, as chapter 5 does, and
/// reads at most `high_water_mark` bytes ahead of each client.
pub fn router(config: Config, high_water_mark: usize) -> Router {
    let get = async move |config, method| {
        download(config, method, high_water_mark).await
    };
    Router::new()
        .route("/download", axum::routing::get(get))
        .fallback(async || DownloadError::NotFound)
        .with_state(Arc::new(config))
}

/// Status and headers are those that chapter 5 gives to `HEAD`:
/// it reads nothing. Only the body is new.
async fn download(
    State(config): State<Arc<Config>>,
    method: Method,
    high_water_mark: usize,
) -> Result<Response, DownloadError> {
    let state = State(Arc::clone(&config));
    let mut response = naive::download(state, Method::HEAD).await?;
    if method != Method::HEAD {
        let file = tokio::fs::File::open(&config.file).await?;
        let length = file.metadata().await?.len();
        let file = file.into_std().await;
        let body = FileBody::queued(file, 0..length, high_water_mark);
        *response.body_mut() = Body::new(body);
        // The file may have changed since chapter 5 looked at it.
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
    Ok(response)
}
