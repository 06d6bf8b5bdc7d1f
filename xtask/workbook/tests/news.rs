//! The news that open pages listen to.

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use std::time::Duration;
use tower::ServiceExt;
use workbook::pages::{self, EVENTS, Pages};

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
    let router = pages::router(pages.clone(), 3210);
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
