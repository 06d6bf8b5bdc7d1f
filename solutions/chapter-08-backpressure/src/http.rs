//! HTTP: chapter 5's answer with a streamed body, over chapter
//! 3's connections.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, header};
use axum::response::Response;
use connections::{Connection, Transport};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use naive::{Config, DownloadError};

use crate::{BoxError, FileBody};

/// How much of an answer hyper collects before it waits for the
/// client, in bytes. Its own default is 417,792, for each client.
const WRITE_BUFFER: usize = 64 * 1024;

/// Serves `config.file` at `/download`, as chapter 5 does, and
/// reads ahead of each client as far as
/// [`FileBody::queued`] says.
pub fn router(config: Config, high_water_mark: usize) -> Router {
    let get = async move |config, method| {
        download(config, method, high_water_mark).await
    };
    Router::new()
        .route("/download", axum::routing::get(get))
        .fallback(async || DownloadError::NotFound)
        .with_state(Arc::new(config))
}

/// Serves HTTP/1.1 on one connection, to its end. A client that
/// has ended its direction is still answered. When the connection
/// is asked to stop, the answer that is on its way goes out, and
/// no further request is read.
///
/// Errors: those of hyper, such as a client that left in the
/// middle of an answer, or sent what is no HTTP.
pub async fn serve_http<T: Transport>(
    connection: Connection<T>,
    router: Router,
) -> Result<(), BoxError> {
    let shutdown = connection.shutdown;
    let serving = http1::Builder::new()
        .half_close(true)
        .max_buf_size(WRITE_BUFFER)
        .serve_connection(
            TokioIo::new(connection.transport),
            TowerToHyperService::new(router),
        );
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        served = &mut serving => return Ok(served?),
        () = shutdown.requested() => {}
    }
    serving.as_mut().graceful_shutdown();
    Ok(serving.await?)
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
