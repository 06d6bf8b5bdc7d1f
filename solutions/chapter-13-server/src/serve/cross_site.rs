//! Writes from pages of somebody else.
//!
//! Given: what browsers say about the page that sends a request.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses a request that changes something if a browser sends it
/// for a page of another site: status 403.
///
/// Any page on the web can hold a form whose `action` is
/// `http://127.0.0.1:3000/files`, and the browser of whoever opens
/// it sends the form from inside the network. It says so in
/// `Sec-Fetch-Site` (W3C Fetch Metadata); an older browser says in
/// `Origin` where the page comes from. Programs such as curl send
/// neither, and are served.
pub(crate) async fn foreign(request: Request, next: Next) -> Response {
    if request.method().is_safe() || !is_foreign(request.headers()) {
        return next.run(request).await;
    }
    naive::report(format_args!("sent for a page of another site"));
    let text = "A page of another site must not send this.\n";
    (StatusCode::FORBIDDEN, text).into_response()
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| {
        let value = headers.get(name);
        value.map(|value| value.to_str().unwrap_or_default())
    };
    // `none`: the user typed the address, or opened a bookmark.
    match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, None) => false,
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_none() || host != text(header::HOST.as_str())
        }
    }
}
