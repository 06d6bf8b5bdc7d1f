//! What the served book can do and static files can't: grade, plot, and show progress.
//!
//! | request | does |
//! | --- | --- |
//! | `POST /__wb/check/chapter-4` | `cargo xtask check chapter-4 --events` |
//! | `POST /__wb/plot/chapter-5` | `cargo xtask plot chapter-5 --mine …`, always the same |
//! | `GET /__wb/progress` | `cargo xtask --json` |
//! | `POST /__wb/stop` | ends the run of another page |
//!
//! The response to a POST is a stream of events: `run` (a line of the runner's own
//! events), `said` (a line of its standard error), and `over`. The only part of a
//! request that reaches a command line is the name of a chapter from our own list.

pub mod live_plot_command;
pub mod live_run;
pub mod xtask_process;

use crate::live::live_run::{Refused, Runs};
use crate::live::xtask_process::Runner;
use crate::server::request_policy;
use crate::server::served_pages::{self, Pages};
use axum::Router;
use axum::extract::{Path as UrlPath, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use course::chapter::{self, Chapter};
use futures_util::stream;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::process::Command;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// Reading the progress takes milliseconds, unless cargo has to build the runner first.
const MAP: Duration = Duration::from_secs(60);

/// The live parts of one server. All clones share them.
#[derive(Clone)]
pub struct Live {
    pages: Pages,
    root: PathBuf,
    runner: Runner,
    runs: Runs,
    /// The progress is read once at a time, whoever asks for it.
    mapping: Arc<Mutex<()>>,
}

impl Live {
    /// Over `pages`, for the workspace `root`.
    pub fn new(pages: Pages, root: &Path, runner: Runner, runs: Runs) -> Self {
        Self {
            pages,
            root: root.to_path_buf(),
            runner,
            runs,
            mapping: Arc::default(),
        }
    }

    /// Starts a run, and responds with its events.
    async fn run(&self, what: &str, command: Command) -> Response {
        let pages = self.pages.clone();
        let closing = async move { pages.closed().await };
        match self.runs.start(what, command, closing).await {
            Ok(events) => {
                let events = stream::unfold(events, |mut events| async move {
                    let event = events.recv().await?;
                    Some((Ok::<_, Infallible>(event), events))
                });
                Sse::new(events)
                    .keep_alive(KeepAlive::default())
                    .into_response()
            }
            Err(Refused::Busy(other)) => {
                let words = format!(
                    "Another run is in progress: {other}. Only one can run at a time.\n"
                );
                (StatusCode::CONFLICT, words).into_response()
            }
            Err(Refused::NotStarted(why)) => {
                let words = format!("The runner can't be started: {why}\n");
                (StatusCode::INTERNAL_SERVER_ERROR, words).into_response()
            }
        }
    }
}

/// Returns the whole server as a router: pages, live parts, and the guard around all of
/// them.
pub fn router(live: Live, port: u16) -> Router {
    let rules = request_policy::RequestPolicy::new(port, live.pages.token().cloned());
    let pages = served_pages::routes(live.pages.clone());
    Router::new()
        .route("/__wb/check/{chapter}", post(check))
        .route("/__wb/plot/{chapter}", post(plot))
        .route("/__wb/progress", get(progress))
        .route("/__wb/stop", post(stop))
        .with_state(live)
        .merge(pages)
        .layer(middleware::from_fn_with_state(rules, request_policy::guard))
}

async fn check(
    State(live): State<Live>,
    UrlPath(chapter): UrlPath<String>,
) -> Response {
    let Some(chapter) = known(chapter::list(&live.root).unwrap_or_default(), &chapter)
    else {
        return unknown();
    };
    let words = ["check", &chapter, "--events"];
    let what = format!("the check of {chapter}");
    live.run(&what, live.runner.until_parent_exits(&words))
        .await
}

async fn plot(State(live): State<Live>, UrlPath(chapter): UrlPath<String>) -> Response {
    let Some(chapter) = known(live_plot_command::servers(&live.root), &chapter) else {
        return unknown();
    };
    let mut words = live_plot_command::words(&chapter);
    // The page shows the reference server itself, and the learner's own plots keep
    // their names.
    words.extend(["--alone", "--events", "--name", "page"]);
    let what = format!("the measurement of {chapter}");
    live.run(&what, live.runner.until_parent_exits(&words))
        .await
}

/// Stops a run that another page has started.
async fn stop(State(live): State<Live>) -> StatusCode {
    live.runs.stop().await;
    StatusCode::NO_CONTENT
}

async fn progress(State(live): State<Live>) -> Response {
    let _one = live.mapping.lock().await;
    let output = timeout(MAP, live.runner.map().output()).await;
    match output {
        Ok(Ok(output)) if output.status.success() => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (kind, output.stdout).into_response()
        }
        Ok(Ok(output)) => {
            (StatusCode::INTERNAL_SERVER_ERROR, output.stderr).into_response()
        }
        Ok(Err(_)) | Err(_) => {
            let words = "The runner doesn't respond.\n";
            (StatusCode::INTERNAL_SERVER_ERROR, words).into_response()
        }
    }
}

fn unknown() -> Response {
    (StatusCode::NOT_FOUND, "There is no such chapter.\n").into_response()
}

/// Returns our own name for the chapter that `word` means.
fn known(chapters: Vec<Chapter>, word: &str) -> Option<String> {
    let mut names = chapters.into_iter().map(|chapter| chapter.name());
    names.find(|name| name == word)
}
