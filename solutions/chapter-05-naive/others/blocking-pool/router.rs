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
        let config = std::sync::Arc::new(config);
        let methods = axum::routing::on(
            axum::routing::MethodFilter::GET
                .or(axum::routing::MethodFilter::HEAD),
            crate::download,
        );
        Router::new()
            .fallback(not_found)
            .route("/download", methods)
            .with_state(config)
    // ANCHOR_END: cut-router
}

/// What a path gets that nothing is behind.
async fn not_found() -> DownloadError {
    DownloadError::NotFound
}
