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
use lab::drops::DropCounter;
use tokio::sync::Semaphore;

/// A chunk of a body, in bytes.
pub const CHUNK: usize = 16 * 1024;
/// The chunks of `/large`.
pub const CHUNKS: usize = 64;
/// The bytes of `/large` and `/held`.
pub const LARGE: usize = CHUNK * CHUNKS;

/// Answers, and what is known about them.
#[derive(Clone)]
pub struct Parts {
    /// Bytes that were pulled out of bodies.
    pub pulled: Arc<AtomicU64>,
    /// `/held` sends its second chunk for a permit of this.
    pub release: Arc<Semaphore>,
    /// Bodies of `/large` and `/held`, and how many are dropped.
    pub drops: DropCounter,
    /// The chunks that `/chunks` was given.
    pub chunks: Arc<Mutex<Vec<Bytes>>>,
}

impl Parts {
    pub fn new() -> Self {
        Self {
            pulled: Arc::default(),
            release: Arc::new(Semaphore::new(0)),
            drops: DropCounter::new(),
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
        let chunks = stream::iter(0..CHUNKS).then(move |at| {
            let parts = parts.clone();
            let _owned = &guard;
            async move {
                if held && at == 1 {
                    let permit = parts.release.acquire().await;
                    if let Ok(permit) = permit {
                        permit.forget();
                    }
                }
                let bytes = CHUNK as u64;
                parts.pulled.fetch_add(bytes, Ordering::Relaxed);
                Ok::<Bytes, Infallible>(chunk(at))
            }
        });
        let length = [(header::CONTENT_LENGTH, LARGE.to_string())];
        (length, Body::from_stream(chunks)).into_response()
    }
}

async fn peer(peer: ConnectInfo<SocketAddr>) -> String {
    peer.0.to_string()
}

async fn panicking() {
    // The check expects it: only its connection may notice.
    std::panic::resume_unwind(Box::new("a handler failed"));
}

/// A chunk of `/large` and `/held`.
pub fn chunk(at: usize) -> Bytes {
    let bytes: Vec<u8> =
        (0..CHUNK).map(|byte| (at * 7 + byte / 3) as u8).collect();
    Bytes::from(bytes)
}

/// All of them.
pub fn whole() -> Vec<u8> {
    (0..CHUNKS).flat_map(chunk).collect()
}
