//! The live parts of the server, with a stand-in for the runner.

#![cfg(unix)]

mod fixture;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use book_builder::live::live_run::{DEADLINE, Runs};
use book_builder::live::xtask_process::Runner;
use book_builder::live::{self, Live};
use book_builder::server::served_pages::{self, News, Pages};
use book_builder::server::token::Token;
use fixture::Workspace;
use http_body_util::BodyExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tower::ServiceExt;

const PORT: u16 = 3210;
const HOST: (&str, &str) = ("host", "127.0.0.1:3210");
const ORIGIN: (&str, &str) = ("origin", "http://127.0.0.1:3210");
const CHECK: &str = "/__wb/check/chapter-1";

/// Waits until its standard input closes, and says that it has.
const WAITS: &str = "echo '{\"event\":\"begin\"}'\ncat > input\necho ended > trace\n";

/// A live server over a workspace of two chapters.
struct Server {
    router: Router,
    runs: Runs,
    pages: Pages,
    token: Token,
    workspace: Workspace,
}

impl Server {
    /// Whose runner does what `script` says.
    fn new(script: &str) -> Self {
        Self::with(script, DEADLINE)
    }

    fn with(script: &str, deadline: Duration) -> Self {
        let workspace = workspace(script);
        let root = workspace.root();
        workspace.write("built/index.html", "<head></head>Start");
        let token = Token::new().expect("random numbers");
        let pages = Pages::new(root.join("built")).with_token(token.clone(), root);
        let runs = Runs::new(deadline);
        let runner = Runner::at(root, &stand_in());
        let live = Live::new(pages.clone(), root, runner, runs.clone());
        let router = live::router(live, PORT);
        Self {
            router,
            runs,
            pages,
            token,
            workspace,
        }
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Response {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let answer = self.router.clone().oneshot(request).await;
        answer.expect("an answer")
    }

    /// A POST as our own page sends it.
    async fn post(&self, path: &str) -> Response {
        let token = ("x-workbook-token", self.token.text());
        self.send("POST", path, &[HOST, ORIGIN, token]).await
    }

    /// What the runner has left behind, if it was started at all.
    fn trace(&self) -> Option<String> {
        let trace = self.workspace.root().join("trace");
        std::fs::read_to_string(trace).ok()
    }
}

fn workspace(script: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.write("stand-in", script);
    for folder in ["chapter-01-addresses", "chapter-05-naive"] {
        workspace.write(&format!("exercises/{folder}/Cargo.toml"), "");
    }
    workspace
}

fn stand_in() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture/runner.sh")
}

async fn text(response: Response) -> String {
    let body = response.into_body().collect().await.expect("a whole body");
    String::from_utf8(body.to_bytes().to_vec()).expect("text")
}

#[tokio::test]
async fn nobody_starts_a_run_without_token_origin_and_host_of_ours() {
    let server = Server::new("echo started > trace\n");
    let token = server.token.text();
    let right = ("x-workbook-token", token);
    let wrong = token.replace(|digit| digit != '0', "0");
    let wrong = ("x-workbook-token", wrong.as_str());
    let short = ("x-workbook-token", &token[..31]);
    let evil_host = ("host", "evil.example:3210");
    let evil = ("origin", "http://evil.example");
    let neighbour = ("origin", "http://127.0.0.1:3211");
    let cross = ("sec-fetch-site", "cross-site");
    let refused: [(&[(&str, &str)], StatusCode); 8] = [
        (&[HOST, ORIGIN], StatusCode::FORBIDDEN),
        (&[HOST, ORIGIN, wrong], StatusCode::FORBIDDEN),
        (&[HOST, ORIGIN, short], StatusCode::FORBIDDEN),
        (&[HOST, right], StatusCode::FORBIDDEN),
        (&[HOST, evil, right], StatusCode::FORBIDDEN),
        (&[HOST, neighbour, right], StatusCode::FORBIDDEN),
        (&[HOST, ORIGIN, right, cross], StatusCode::FORBIDDEN),
        (&[evil_host, ORIGIN, right], StatusCode::MISDIRECTED_REQUEST),
    ];
    for (headers, status) in refused {
        for path in [CHECK, "/__wb/plot/chapter-5"] {
            let answer = server.send("POST", path, headers).await;
            assert_eq!(answer.status(), status, "{path} {headers:?}");
        }
    }
    // A page elsewhere asks first whether it may send our header.
    let asks = ("access-control-request-method", "POST");
    let answer = server.send("OPTIONS", CHECK, &[HOST, evil, asks]).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(server.trace(), None);
    assert_eq!(server.post(CHECK).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn only_a_get_asks_for_progress_and_only_a_post_starts_a_run() {
    let server = Server::new("echo '{\"words\":\"'\"$*\"'\"}'\n");
    let token = ("x-workbook-token", server.token.text());
    let progress = "/__wb/progress";
    let answer = server.send("GET", progress, &[HOST, token]).await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(text(answer).await, "{\"words\":\"--json\"}\n");
    let answer = server.send("GET", progress, &[HOST]).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let answer = server.send("GET", CHECK, &[HOST, token]).await;
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_run_is_stopped_by_a_page_with_the_token_and_the_next_one_begins() {
    let server = Server::new("echo started; cat\n");
    let first = server.post(CHECK).await;
    assert_eq!(server.post(CHECK).await.status(), StatusCode::CONFLICT);
    let answer = server.send("POST", "/__wb/stop", &[HOST]).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(
        server.post("/__wb/stop").await.status(),
        StatusCode::NO_CONTENT
    );
    let told = text(first).await;
    assert!(told.contains("stopped from another page"), "{told}");
    assert_eq!(server.post(CHECK).await.status(), StatusCode::OK);
    // With nothing to stop, there's nothing to do.
    let idle = Server::new("true\n");
    assert_eq!(
        idle.post("/__wb/stop").await.status(),
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn a_chapter_that_is_not_there_and_words_around_one_are_not_found() {
    let server = Server::new("echo started > trace\n");
    for path in [
        "/__wb/check/chapter-2",
        "/__wb/check/chapter-1%20--solution",
        "/__wb/check/--help",
        "/__wb/check/all",
        "/__wb/check/..%2fchapter-1",
        "/__wb/plot/chapter-1",
        "/__wb/plot/chapter-8",
    ] {
        assert_eq!(server.post(path).await.status(), StatusCode::NOT_FOUND);
    }
    assert_eq!(server.trace(), None);
}

#[tokio::test]
async fn the_runner_gets_our_words_and_its_lines_come_as_events() {
    let script = "echo \"{\\\"words\\\":\\\"$*\\\"}\"\n\
                  printf 'it builds\\r\\n\\nand ends\\n' >&2\nexit 1\n";
    let server = Server::new(script);
    let told = text(server.post(CHECK).await).await;
    let words = "event: run\ndata: {\"words\":\"__until-parent-exits check chapter-1 --events\"}\n\n";
    assert!(told.contains(words), "{told}");
    for said in ["it builds", "and ends"] {
        assert!(
            told.contains(&format!("event: said\ndata: {said}\n\n")),
            "{told}"
        );
    }
    assert!(
        told.contains("event: said\n\n"),
        "an empty line stays: {told}"
    );
    let over = "event: over\ndata: {\"exit\":1,\"words\":\"\"}\n\n";
    assert!(told.ends_with(over), "{told}");

    let told = text(server.post("/__wb/plot/chapter-5").await).await;
    let words = "__until-parent-exits plot chapter-5 --mine --size 64MiB --rate 16MiB/s --alone --events \
                 --name page\"";
    assert!(told.contains(words), "{told}");
}

#[tokio::test]
async fn a_second_run_is_told_which_one_is_going() {
    let server = Server::new(WAITS);
    let first = server.post(CHECK).await;
    assert_eq!(first.status(), StatusCode::OK);
    for path in [CHECK, "/__wb/plot/chapter-5"] {
        let second = server.post(path).await;
        assert_eq!(second.status(), StatusCode::CONFLICT);
        assert!(text(second).await.contains("the check of chapter-1"));
    }
    drop(first);
    server.runs.ended().await;
    assert_eq!(server.post(CHECK).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_run_ends_with_its_page_and_the_next_one_waits_for_that() {
    let server = Server::new(WAITS);
    let mut body = server.post(CHECK).await.into_body();
    let first = body.frame().await.expect("an event").expect("no error");
    assert!(first.is_data());
    assert_eq!(server.trace(), None);
    drop(body);
    let next = server.post(CHECK).await;
    assert_eq!(next.status(), StatusCode::OK);
    assert_eq!(server.trace().as_deref(), Some("ended\n"));
}

#[tokio::test]
async fn a_run_ends_with_the_server() {
    let server = Server::new(WAITS);
    let answer = server.post(CHECK).await;
    server.pages.close();
    let told = text(answer).await;
    assert!(told.contains("The book's server has stopped."), "{told}");
    assert_eq!(server.trace().as_deref(), Some("ended\n"));
}

#[tokio::test]
async fn a_run_without_end_is_ended_also_when_nobody_reads() {
    let endless = "yes '{}' &\ncat > input\nkill $!\necho ended > trace\n";
    let server = Server::with(endless, Duration::from_millis(20));
    let unread = server.post(CHECK).await;
    server.runs.ended().await;
    assert_eq!(server.trace().as_deref(), Some("ended\n"));
    drop(unread);

    let server = Server::with(WAITS, Duration::from_millis(20));
    let told = text(server.post(CHECK).await).await;
    assert!(
        told.contains("The run was stopped after 0 minutes."),
        "{told}"
    );
}

#[tokio::test]
async fn our_pages_hold_the_token_and_the_pages_of_a_plain_server_do_not() {
    let server = Server::new("");
    let page = text(server.send("GET", "/", &[HOST]).await).await;
    let mark = format!(
        "<meta name=\"workbook-token\" content=\"{}\" data-root=\"{}\">",
        server.token.text(),
        server.workspace.root().display()
    );
    assert!(page.contains(&mark), "{page}");

    let plain = Pages::new(server.workspace.root().join("built"));
    let request = Request::get("/").header(HOST.0, HOST.1);
    let request = request.body(Body::empty()).expect("a request");
    let answer = served_pages::router(plain, PORT).oneshot(request).await;
    let page = text(answer.expect("an answer")).await;
    assert!(page.contains("Start") && !page.contains("token"), "{page}");
}

#[tokio::test]
async fn open_pages_are_told_of_saves_and_of_progress() {
    let server = Server::new("");
    let path = served_pages::EVENTS;
    let mut news = server.send("GET", path, &[HOST]).await.into_body();
    let mut next = async || {
        let frame = news.frame().await.expect("the news go on");
        let data = frame.expect("no error").into_data().expect("bytes");
        String::from_utf8(data.to_vec()).expect("text")
    };
    assert!(next().await.starts_with("event: build\n"));
    server.pages.tell(News::Saved("chapter-4".to_string()));
    assert_eq!(next().await, "event: saved\ndata: chapter-4\n\n");
    server.pages.tell(News::Progress);
    assert_eq!(next().await, "event: progress\ndata: changed\n\n");
}
