//! HTTP: chapter 5's response with a streamed body, over chapter
//! 3's connections.

use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::pin;

use axum::Router;
use axum::body::Body;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use connections::{Connection, Transport};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use naive::{Config, DownloadError};

use crate::{BoxError, FileBody};

/// Serves `config.file` at `/download`.
pub fn router(config: Config, high_water_mark: usize) -> Router {
    let handler = async move |method: Method| {
        let head = method == Method::HEAD;
        let file = config.file.clone();
        respond(file, head, high_water_mark).await
    };
    Router::new()
        .route("/download", get(handler))
        .fallback(async || DownloadError::NotFound.into_response())
}

/// One trip to the blocking pool for everything that can fail.
async fn respond(
    path: PathBuf,
    head: bool,
    high_water_mark: usize,
) -> Result<Response, DownloadError> {
    let opened = tokio::task::spawn_blocking(move || {
        if !std::fs::metadata(&path)?.is_file() {
            return Err(std::io::ErrorKind::NotFound.into());
        }
        let file = std::fs::File::open(&path)?;
        let length = file.metadata()?.len();
        std::io::Result::Ok((file, length, path))
    });
    let (file, length, path) =
        opened.await.map_err(std::io::Error::other)??;
    let body = if head {
        Body::empty()
    } else {
        Body::new(FileBody::queued(file, 0..length, high_water_mark))
    };
    Ok((naive::headers(&path, length), body).into_response())
}

/// Serves HTTP/1.1 on one connection until it closes.
pub async fn serve_http<T: Transport>(
    connection: Connection<T>,
    router: Router,
) -> Result<(), BoxError> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(1 << 16).half_close(true);
    let service = TowerToHyperService::new(router);
    let io = TokioIo::new(connection.transport);
    let mut serving = pin!(builder.serve_connection(io, service));
    let mut stop = pin!(connection.shutdown.requested());
    let mut asked = false;
    poll_fn(|context| {
        if !asked && stop.as_mut().poll(context).is_ready() {
            asked = true;
            serving.as_mut().graceful_shutdown();
        }
        serving.as_mut().poll(context)
    })
    .await
    .map_err(Into::into)
}
