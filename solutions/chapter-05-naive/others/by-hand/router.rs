//! The router: which request meets which handler.

use axum::Router;

use crate::{Config, DownloadError};

/// Serves `config.file` at `/download`, for `GET` and `HEAD`.
///
/// The query is not part of the path and changes nothing. Every
/// other path gets 404 with a short text, every other method 405
/// with the list of those that are allowed.
pub fn router(config: Config) -> Router {
    //? todo!("chapter 5: serve {config:?}")
    // ANCHOR: cut-router
    use axum::http::{Method, StatusCode, Uri, header};
    use axum::response::IntoResponse;
    let config = std::sync::Arc::new(config);
    Router::new().fallback(async move |method: Method, uri: Uri| {
        if uri.path() != "/download" {
            return not_found().await.into_response();
        }
        if method != Method::GET && method != Method::HEAD {
            let list = [(header::ALLOW, "HEAD, GET")];
            let status = StatusCode::METHOD_NOT_ALLOWED;
            return (status, list, "Only GET and HEAD.\n").into_response();
        }
        let config = axum::extract::State(config.clone());
        crate::download(config, method).await.into_response()
    })
    // ANCHOR_END: cut-router
}

/// What a path gets that nothing is behind.
async fn not_found() -> DownloadError {
    DownloadError::NotFound
}
