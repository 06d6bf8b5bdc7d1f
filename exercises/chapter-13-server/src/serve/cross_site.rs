//! Refuses writes that come from other sites' pages.
//!
//! We provide this file: it reads what browsers say about the page that
//! sends a request.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses a request that writes, with status 403, if a browser sends
/// it on behalf of another site's page.
///
/// Any page on the web can contain a form whose `action` is
/// `http://127.0.0.1:3000/files`. When somebody opens that page, their
/// browser sends the form from inside their network. The browser
/// declares that in `Sec-Fetch-Site` (W3C Fetch Metadata), and an older
/// browser names the page's origin in `Origin`. Programs such as curl
/// send neither field, and are served.
pub(crate) async fn foreign(request: Request, next: Next) -> Response {
    if request.method().is_safe() || !is_foreign(request.headers()) {
        return next.run(request).await;
    }
    naive::report(format_args!("sent by another site's page"));
    let text = "Another site's page must not send this.\n";
    (StatusCode::FORBIDDEN, text).into_response()
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| {
        let value = headers.get(name);
        value.map(|value| value.to_str().unwrap_or_default())
    };
    // `none` means that the user typed the address or opened a
    // bookmark.
    match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, None) => false,
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_none() || host != text(header::HOST.as_str())
        }
    }
}
