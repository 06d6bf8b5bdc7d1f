//! The pages that are served now, and the news that newer ones are there.

use crate::guard::{self, Names};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream::{self, Stream};
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use tokio::sync::watch;
use tower::ServiceExt;
use tower_http::services::ServeDir;

/// Where a page listens for news.
pub const EVENTS: &str = "/__wb/events";

/// A page is held in memory while the mark is put in; the printed book is largest.
const LARGEST_PAGE: usize = 16 * 1024 * 1024;

/// The whole server as a router: pages, news, and the guard around both.
pub fn router(pages: Pages, port: u16) -> Router {
    Router::new()
        .route(EVENTS, get(events))
        .fallback(page)
        .with_state(pages)
        .layer(middleware::from_fn_with_state(
            Names::new(port),
            guard::guard,
        ))
}

/// The build that is served now. Clones share it.
#[derive(Clone)]
pub struct Pages {
    shown: watch::Sender<Shown>,
}

/// One build, as it is served.
#[derive(Clone)]
struct Shown {
    folder: PathBuf,
    /// How many builds this server has shown before.
    number: u64,
    /// The server ends, and so must the streams of news, or they would keep it.
    is_closing: bool,
}

impl Shown {
    /// Tells this build from every other, also from those of an earlier server that a
    /// page still open in the browser came from.
    fn name(&self) -> String {
        format!("{}-{}", std::process::id(), self.number)
    }
}

impl Pages {
    /// Serves the built book in `folder`.
    pub fn new(folder: PathBuf) -> Self {
        let shown = watch::Sender::new(Shown {
            folder,
            number: 0,
            is_closing: false,
        });
        Self { shown }
    }

    /// Serves the newer build in `folder` from now on, and tells the open pages.
    pub fn replace(&self, folder: PathBuf) {
        self.shown.send_modify(|shown| {
            shown.folder = folder;
            shown.number += 1;
        });
    }

    /// Ends every stream of news.
    pub fn close(&self) {
        self.shown.send_modify(|shown| shown.is_closing = true);
    }

    /// Waits until [`Pages::close`].
    pub async fn closed(&self) {
        let mut shown = self.shown.subscribe();
        // Fails only when there is no sender, and we hold one.
        let _ = shown.wait_for(|shown| shown.is_closing).await;
    }
}

async fn page(State(pages): State<Pages>, mut request: Request) -> Response {
    // Every page is sent whole, with the mark in it.
    for name in [
        header::IF_MODIFIED_SINCE,
        header::IF_NONE_MATCH,
        header::RANGE,
    ] {
        request.headers_mut().remove(name);
    }
    let shown = pages.shown.borrow().clone();
    let folder = &shown.folder;
    let Ok(found) = ServeDir::new(folder).oneshot(request).await;
    let response = match found.status() {
        StatusCode::NOT_FOUND => missing(folder),
        _ => found.map(Body::new),
    };
    marked(response, &shown.name()).await
}

/// The book's own page for an address that is not in it.
fn missing(folder: &Path) -> Response {
    match fs::read(folder.join("404.html")) {
        Ok(html) => {
            let kind = [(header::CONTENT_TYPE, "text/html")];
            (StatusCode::NOT_FOUND, kind, html).into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Puts into an HTML page the mark that tells its script which build it is of, and
/// where to hear of newer ones. Static files have none, so that they ask for nothing.
async fn marked(response: Response, build: &str) -> Response {
    if !is_html(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, LARGEST_PAGE).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mark = format!(
        "<head><meta name=\"workbook-events\" content=\"{EVENTS}\" data-build=\"{build}\">"
    );
    let html = String::from_utf8_lossy(&bytes).replacen("<head>", &mark, 1);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(html))
}

fn is_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// The name of the build that is shown now, and of each one that follows.
async fn events(
    State(pages): State<Pages>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut shown = pages.shown.subscribe();
    shown.mark_changed();
    let stream = stream::unfold(shown, |mut shown| async move {
        shown.changed().await.ok()?;
        let now = shown.borrow_and_update().clone();
        let event = Event::default().event("build").data(now.name());
        (!now.is_closing).then_some((Ok(event), shown))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
