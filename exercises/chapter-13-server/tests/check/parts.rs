//! What the servers of these checks serve.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream::{self, StreamExt};
use lab::drops::Drops;
use tokio::sync::Semaphore;

/// A piece of a body, in bytes.
pub const PIECE: usize = 16 * 1024;
/// The pieces of `/large`.
pub const PIECES: usize = 64;
/// The bytes of `/large` and `/held`.
pub const LARGE: usize = PIECE * PIECES;

/// Answers, and what is known about them.
#[derive(Clone)]
pub struct Parts {
    /// Bytes that were pulled out of bodies.
    pub pulled: Arc<AtomicU64>,
    /// `/held` sends its second piece for a permit of this.
    pub release: Arc<Semaphore>,
    /// Bodies of `/large` and `/held`, and how many are dropped.
    pub drops: Drops,
    /// The chunks that `/chunks` was given.
    pub chunks: Arc<Mutex<Vec<Bytes>>>,
}

impl Parts {
    pub fn new() -> Self {
        Self {
            pulled: Arc::default(),
            release: Arc::new(Semaphore::new(0)),
            drops: Drops::new(),
            chunks: Arc::default(),
        }
    }

    pub fn pulled(&self) -> u64 {
        self.pulled.load(Ordering::Relaxed)
    }

    /// The chunks that `/chunks` was given so far.
    pub fn chunks(&self) -> Vec<Bytes> {
        let chunks = self.chunks.lock();
        chunks.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes a body chunk by chunk, and says how long it was.
    async fn take(&self, body: Body) -> Result<String, StatusCode> {
        let (mut chunks, mut length) = (body.into_data_stream(), 0);
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| StatusCode::BAD_REQUEST)?;
            length += chunk.len();
            let all = self.chunks.lock();
            all.unwrap_or_else(PoisonError::into_inner).push(chunk);
        }
        Ok(length.to_string())
    }

    pub fn router(&self) -> Router {
        let (large, held) = (self.clone(), self.clone());
        let taking = self.clone();
        Router::new()
            .route("/small", get(async || "hello"))
            .route("/large", get(async move || large.body(false)))
            .route("/held", get(async move || held.body(true)))
            .route(
                "/taken",
                post(async |body: Bytes| body.len().to_string()),
            )
            .route(
                "/chunks",
                post(async move |body| taking.take(body).await),
            )
            .route("/peer", get(peer))
            .route("/panic", get(panicking))
    }

    fn body(&self, held: bool) -> Response {
        let parts = self.clone();
        let guard = self.drops.guard();
        let pieces = stream::iter(0..PIECES).then(move |at| {
            let parts = parts.clone();
            let _owned = &guard;
            async move {
                if held && at == 1 {
                    let permit = parts.release.acquire().await;
                    if let Ok(permit) = permit {
                        permit.forget();
                    }
                }
                let bytes = PIECE as u64;
                parts.pulled.fetch_add(bytes, Ordering::Relaxed);
                Ok::<Bytes, Infallible>(piece(at))
            }
        });
        let length = [(header::CONTENT_LENGTH, LARGE.to_string())];
        (length, Body::from_stream(pieces)).into_response()
    }
}

async fn peer(peer: ConnectInfo<SocketAddr>) -> String {
    peer.0.to_string()
}

async fn panicking() {
    // The check expects it: only its connection may notice.
    std::panic::resume_unwind(Box::new("a handler failed"));
}

/// A piece of `/large` and `/held`.
pub fn piece(at: usize) -> Bytes {
    let bytes: Vec<u8> =
        (0..PIECE).map(|byte| (at * 7 + byte / 3) as u8).collect();
    Bytes::from(bytes)
}

/// All of them.
pub fn whole() -> Vec<u8> {
    (0..PIECES).flat_map(piece).collect()
}
