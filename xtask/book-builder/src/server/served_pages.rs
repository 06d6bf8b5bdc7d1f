//! The pages that are served now, and the notices that newer ones exist.

use crate::server::request_policy::{self, RequestPolicy};
use crate::server::token::Token;
use crate::site::html::escape;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream::{self, Stream};
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tower::ServiceExt;
use tower_http::services::ServeDir;

/// The path at which a page listens for notices.
pub const EVENTS: &str = "/__wb/events";

/// A page is in memory while the mark is inserted. The printed book is the largest
/// page.
const LARGEST_PAGE: usize = 16 * 1024 * 1024;

/// How many notices may wait for a page. A page that is further behind reloads.
const WAITING: usize = 64;

/// Returns pages and notices with the guard around both, for a server that only shows
/// them.
pub fn router(pages: Pages, port: u16) -> Router {
    let rules = RequestPolicy::new(port, pages.token().cloned());
    routes(pages).layer(middleware::from_fn_with_state(rules, request_policy::guard))
}

/// Returns pages and notices, without a guard.
pub fn routes(pages: Pages) -> Router {
    Router::new()
        .route(EVENTS, get(events))
        .fallback(page)
        .with_state(pages)
}

/// What open pages are told, besides that there is a newer build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A file of this chapter's exercise was saved.
    Saved(String),
    /// The runner has recorded verdicts.
    Progress,
}

/// The build that is served now. All clones share it.
#[derive(Clone)]
pub struct Pages {
    shown: watch::Sender<Shown>,
    news: broadcast::Sender<News>,
    secret: Option<Secret>,
}

/// What only our own pages know.
#[derive(Clone)]
struct Secret {
    token: Token,
    /// The workspace, for links that open a file in an editor.
    root: PathBuf,
}

/// One build, as it is served.
#[derive(Clone)]
struct Shown {
    folder: PathBuf,
    /// How many builds this server has served before this one.
    number: u64,
    /// Set when the server stops. The streams of notices must end then, because they
    /// would keep it running.
    is_closing: bool,
}

impl Shown {
    /// Identifies this build, even among those of an earlier server from which a page
    /// may still be open in the browser.
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
        Self {
            shown,
            news: broadcast::Sender::new(WAITING),
            secret: None,
        }
    }

    /// Serves the same pages with the token of a live server for the workspace `root`.
    pub fn with_token(mut self, token: Token, root: &Path) -> Self {
        let root = root.to_path_buf();
        self.secret = Some(Secret { token, root });
        self
    }

    /// Returns the token in the pages.
    pub fn token(&self) -> Option<&Token> {
        self.secret.as_ref().map(|secret| &secret.token)
    }

    /// Tells the open pages.
    pub fn tell(&self, news: News) {
        // This fails only if no page is open.
        let _ = self.news.send(news);
    }

    /// Serves the newer build in `folder` from now on, and tells the open pages.
    pub fn replace(&self, folder: PathBuf) {
        self.shown.send_modify(|shown| {
            shown.folder = folder;
            shown.number += 1;
        });
    }

    /// Returns the marks that tell a page's scripts from which build it is, where to
    /// listen for newer ones, and how to start a run. Static files have none, so they
    /// send no requests.
    fn marks(&self, shown: &Shown) -> String {
        let mut marks = format!(
            "<meta name=\"workbook-events\" content=\"{EVENTS}\" data-build=\"{}\">",
            shown.name()
        );
        if let Some(Secret { token, root }) = &self.secret {
            let root = escape(&root.to_string_lossy());
            marks.push_str(&format!(
                "<meta name=\"workbook-token\" content=\"{}\" data-root=\"{root}\">",
                token.text()
            ));
        }
        marks
    }

    /// Ends every stream of notices.
    pub fn close(&self) {
        self.shown.send_modify(|shown| shown.is_closing = true);
    }

    /// Waits until [`Pages::close`].
    pub async fn closed(&self) {
        let mut shown = self.shown.subscribe();
        // This fails only without a sender, and we have one.
        let _ = shown.wait_for(|shown| shown.is_closing).await;
    }
}

async fn page(State(pages): State<Pages>, mut request: Request) -> Response {
    // Every page is sent complete, with the mark in it.
    for name in [
        header::IF_MODIFIED_SINCE,
        header::IF_NONE_MATCH,
        header::RANGE,
    ] {
        request.headers_mut().remove(name);
    }
    // A page with its marks is longer than its file, and HEAD says how long.
    let is_head = request.method() == Method::HEAD;
    if is_head {
        *request.method_mut() = Method::GET;
    }
    let shown = pages.shown.borrow().clone();
    let folder = &shown.folder;
    let Ok(found) = ServeDir::new(folder).oneshot(request).await;
    let response = match found.status() {
        StatusCode::NOT_FOUND => missing(folder),
        _ => found.map(Body::new),
    };
    let response = marked(response, &pages.marks(&shown)).await;
    if is_head {
        response.map(|_| Body::empty())
    } else {
        response
    }
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

/// Puts our marks into the head of an HTML page.
async fn marked(response: Response, marks: &str) -> Response {
    if !is_html(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, LARGEST_PAGE).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let head = format!("<head>{marks}");
    let html = String::from_utf8_lossy(&bytes).replacen("<head>", &head, 1);
    parts
        .headers
        .insert(header::CONTENT_LENGTH, html.len().into());
    Response::from_parts(parts, Body::from(html))
}

fn is_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// The name of the build that is shown now, of each one that follows, and the news.
async fn events(
    State(pages): State<Pages>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut shown = pages.shown.subscribe();
    shown.mark_changed();
    let news = pages.news.subscribe();
    let stream = stream::unfold((shown, news), |(mut shown, mut news)| async move {
        let event = tokio::select! {
            biased;
            changed = shown.changed() => {
                changed.ok()?;
                let now = shown.borrow_and_update().clone();
                if now.is_closing {
                    return None;
                }
                Event::default().event("build").data(now.name())
            }
            told = news.recv() => match told {
                Ok(News::Saved(chapter)) => Event::default().event("saved").data(chapter),
                // Who missed some asks where things stand now.
                Ok(News::Progress) | Err(RecvError::Lagged(_)) => {
                    Event::default().event("progress").data("changed")
                }
                Err(RecvError::Closed) => return None,
            },
        };
        Some((Ok(event), (shown, news)))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
