//! The server answers those who mean it, and only to itself.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use book_builder::server::served_pages::{self, EVENTS, Pages};
use http_body_util::BodyExt;
use std::fs;
use tempfile::TempDir;
use tower::ServiceExt;

const PORT: u16 = 3210;

/// A server over a folder with one page, and the folder to keep.
fn server() -> (Router, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = "<html><head><title>Start</title></head></html>";
    fs::write(folder.path().join("index.html"), page).expect("a page");
    fs::write(folder.path().join("404.html"), "<head></head>lost").expect("a page");
    fs::write(folder.path().join("x.css"), "a {}").expect("a style sheet");
    let pages = Pages::new(folder.path().to_path_buf());
    (served_pages::router(pages, PORT), folder)
}

/// The answer to a GET with these headers: status, headers, body.
async fn get(path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, String) {
    let (router, _folder) = server();
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let body = String::from_utf8_lossy(&body).into_owned();
    (parts.status, parts.headers, body)
}

const OURS: (&str, &str) = ("host", "127.0.0.1:3210");

#[tokio::test]
async fn our_own_names_are_served() {
    for host in ["127.0.0.1:3210", "localhost:3210", "LocalHost:3210"] {
        let (status, ..) = get("/", &[("host", host)]).await;
        assert_eq!(status, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn a_foreign_host_is_misdirected() {
    for host in ["evil.example:3210", "127.0.0.1", "127.0.0.1:80", ""] {
        let (status, _, body) = get("/", &[("host", host)]).await;
        assert_eq!(status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!body.contains("Start"), "{host}: {body}");
    }
    let (status, ..) = get("/", &[]).await;
    assert_eq!(status, StatusCode::MISDIRECTED_REQUEST, "no Host at all");
}

#[tokio::test]
async fn a_foreign_origin_is_forbidden_and_ours_is_not() {
    let foreign = [
        "http://evil.example",
        "http://127.0.0.1:3211",
        "https://127.0.0.1:3210",
        "null",
    ];
    for origin in foreign {
        let (status, ..) = get("/", &[OURS, ("origin", origin)]).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{origin}");
    }
    let ours = ("origin", "http://localhost:3210");
    assert_eq!(get("/", &[OURS, ours]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn another_site_may_link_to_a_page_but_not_listen_to_the_news() {
    let cross = ("sec-fetch-site", "cross-site");
    assert_eq!(get("/", &[OURS, cross]).await.0, StatusCode::OK);
    assert_eq!(get(EVENTS, &[OURS, cross]).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn every_answer_is_kept_here_also_a_refusal() {
    for headers in [&[OURS][..], &[("host", "evil.example")][..]] {
        let (_, answer, _) = get("/", headers).await;
        assert_eq!(answer[header::CACHE_CONTROL], "no-store");
        assert_eq!(answer[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let policy = &answer[header::CONTENT_SECURITY_POLICY];
        let policy = policy.to_str().expect("a policy in ASCII");
        assert!(policy.starts_with("default-src 'self';"), "{policy}");
        assert!(!policy.contains("http"), "{policy}");
    }
}

#[tokio::test]
async fn a_page_is_marked_and_a_style_sheet_is_not() {
    let (_, _, page) = get("/", &[OURS]).await;
    assert!(
        page.contains("<head><meta name=\"workbook-events\""),
        "{page}"
    );
    let (_, _, style) = get("/x.css", &[OURS]).await;
    assert_eq!(style, "a {}");
}

#[tokio::test]
async fn a_page_that_is_not_there_is_404_with_the_books_page() {
    let (status, _, body) = get("/gone.html", &[OURS]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(body.contains("lost"), "{body}");
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder() {
    for path in ["/../index.html", "/%2e%2e/index.html", "/..%2findex.html"] {
        let (status, ..) = get(path, &[OURS]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}
