//! The news that open pages listen to.

use axum::body::Body;
use axum::http::Request;
use book_builder::server::served_pages::{self, EVENTS, Pages};
use http_body_util::BodyExt;
use std::time::Duration;
use tower::ServiceExt;

/// Time is paused: this passes at once when nothing else can happen.
const NEVER: Duration = Duration::from_secs(60);

/// The next event, as it is sent.
async fn next(news: &mut Body) -> String {
    let frame = news.frame().await.expect("the news go on");
    let data = frame.expect("no error").into_data().expect("bytes");
    String::from_utf8(data.to_vec()).expect("text")
}

#[tokio::test(start_paused = true)]
async fn the_news_name_each_build_and_end_with_the_server() {
    let pages = Pages::new("first".into());
    let router = served_pages::router(pages.clone(), 3210);
    let request = Request::get(EVENTS).header("host", "127.0.0.1:3210");
    let request = request.body(Body::empty()).expect("a request");
    let mut news = router
        .oneshot(request)
        .await
        .expect("an answer")
        .into_body();

    let first = next(&mut news).await;
    pages.replace("second".into());
    let second = next(&mut news).await;
    assert!(first.starts_with("event: build\ndata: "), "{first}");
    assert_ne!(first, second);

    pages.close();
    let rest = tokio::time::timeout(NEVER, news.collect()).await;
    let rest = rest.expect("the news end").expect("without an error");
    assert_eq!(rest.to_bytes(), "");
}

#[tokio::test]
async fn head_has_the_length_that_get_has() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let html = "<html><head></head>a page</html>";
    for (name, text) in [("a.html", html), ("404.html", html), ("a.txt", "text")] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let router = served_pages::router(Pages::new(folder.path().into()), 3210);
    for path in ["/a.html", "/a.txt", "/missing.html"] {
        let ask = async |method: &str| {
            let request = Request::builder().method(method).uri(path);
            let request = request.header("host", "127.0.0.1:3210").body(Body::empty());
            let response = router.clone().oneshot(request.expect("a request")).await;
            let (head, body) = response.expect("an answer").into_parts();
            let length = head.headers.get("content-length").cloned();
            let length = length.and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
            let body = body.collect().await.expect("no error").to_bytes();
            (head.status, length, body.len())
        };
        let (status, length, body) = ask("GET").await;
        assert_eq!(length, Some(body), "{path}");
        assert!(body > 0, "{path}");
        assert_eq!(ask("HEAD").await, (status, length, 0), "{path}");
    }
}
