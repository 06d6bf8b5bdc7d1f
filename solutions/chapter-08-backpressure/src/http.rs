//! HTTP: chapter 5's response with a streamed body, on chapter 3's
//! connections.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use axum::routing::get;
use connections::{Connection, Transport};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use naive::{Config, DownloadError};
use tokio::fs;

use crate::{BoxError, FileBody};

/// How many bytes of a response hyper buffers before it waits for the
/// client. Its default is 417,792 bytes for each client.
const WRITE_BUFFER: usize = 64 * 1024;

/// The state of [`download`]: the configuration, and the high-water
/// mark of each body's queue.
type Shared = State<Arc<(Config, usize)>>;

/// Serves `config.file` at `/download`, like chapter 5, with a body
/// that reads at most `high_water_mark` bytes ahead of its client
/// ([`FileBody::queued`] has the exact bound). Every other path gets
/// chapter 5's 404.
pub fn router(config: Config, high_water_mark: usize) -> Router {
    //? todo!("chapter 8: serve {config:?}")
    // ANCHOR: cut-router
    Router::new()
        .route("/download", get(download))
        .fallback(async || DownloadError::NotFound)
        .with_state(Arc::new((config, high_water_mark)))
    // ANCHOR_END: cut-router
}

/// Responds with the configured file, streamed.
///
/// Status, headers and errors are those of chapter 5
/// ([`naive::headers`]). `HEAD` gets the headers without the body, and
/// the file isn't read.
///
/// The file is opened once, so the promised length is the length of the
/// file that's sent, even if another file takes its place meanwhile. (A
/// swap within a single trip to the blocking pool isn't graded, because
/// no check can act there.) Anything that isn't a regular file is "not
/// found" and isn't opened, because opening a FIFO waits for its
/// writer. A link to a regular file counts as one.
async fn download(
    State(shared): Shared,
    method: Method,
) -> Result<Response, DownloadError> {
    //? todo!("chapter 8: respond to {method}")
    // ANCHOR: cut-download
    let (config, high_water_mark) = &*shared;
    if !fs::metadata(&config.file).await?.is_file() {
        return Err(DownloadError::NotFound);
    }
    let file = fs::File::open(&config.file).await?;
    let length = file.metadata().await?.len();
    let mut response = Response::default();
    *response.headers_mut() = naive::headers(&config.file, length);
    if method != Method::HEAD {
        let file = file.into_std().await;
        let body = FileBody::queued(file, 0..length, *high_water_mark);
        *response.body_mut() = Body::new(body);
    }
    Ok(response)
    // ANCHOR_END: cut-download
}

/// Serves HTTP/1.1 on one connection until it closes, with a write
/// buffer of `WRITE_BUFFER` bytes. A client that has closed its
/// direction still gets its response.
///
/// When the connection's shutdown is requested, the response in
/// progress is sent to its end, however long the client takes, and no
/// further request is read.
///
/// # Errors
///
/// Returns hyper's error, for example if the client disconnects in the
/// middle of a response, or sends something that isn't HTTP. That's so
/// during a shutdown, too.
pub async fn serve_http<T: Transport>(
    connection: Connection<T>,
    router: Router,
) -> Result<(), BoxError> {
    //? todo!("chapter 8: serve {}", connection.peer)
    // ANCHOR: cut-serve_http
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
        result = &mut serving => return Ok(result?),
        () = shutdown.requested() => {}
    }
    serving.as_mut().graceful_shutdown();
    Ok(serving.await?)
    // ANCHOR_END: cut-serve_http
}
