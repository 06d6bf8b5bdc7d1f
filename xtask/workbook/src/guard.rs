//! Who may talk to the server of the book.
//!
//! It listens on loopback, but every page in the reader's browser can send requests
//! there. So a request must name us in `Host` (a foreign name that resolves to
//! 127.0.0.1 does not), and one that says where it comes from must come from us.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Paths that are not pages; later more than events lives there.
pub const OWN_PATHS: &str = "/__wb/";

/// What a page of ours may load and where it may send: only here. mdBook's pages
/// carry inline scripts and styles.
const CONTENT_POLICY: &str = "default-src 'self'; \
    script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; object-src 'none'; \
    frame-ancestors 'self'; base-uri 'self'; form-action 'none'";

/// The names under which a server on `port` is ours.
#[derive(Clone, Debug)]
pub struct Names {
    hosts: [String; 2],
}

impl Names {
    /// `127.0.0.1:PORT` and `localhost:PORT`.
    pub fn new(port: u16) -> Self {
        let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
        Self { hosts }
    }

    fn is_ours(&self, host: &str) -> bool {
        self.hosts
            .iter()
            .any(|ours| ours.eq_ignore_ascii_case(host))
    }

    /// Why a request is refused; `None` for one that may pass.
    fn refusal(&self, path: &str, headers: &HeaderMap) -> Option<Refusal> {
        let text = |name: HeaderName| {
            headers.get(name).map(|value| value.to_str().unwrap_or(""))
        };
        if !text(header::HOST).is_some_and(|host| self.is_ours(host)) {
            let reason = "This server answers to 127.0.0.1 and localhost only.\n";
            return Some((StatusCode::MISDIRECTED_REQUEST, reason));
        }
        let is_foreign = |origin: &str| {
            !origin
                .strip_prefix("http://")
                .is_some_and(|host| self.is_ours(host))
        };
        if text(header::ORIGIN).is_some_and(is_foreign) {
            let reason = "Another page may not ask this server.\n";
            return Some((StatusCode::FORBIDDEN, reason));
        }
        // Browsers say where a request was started, also where they send no Origin.
        let site = text(HeaderName::from_static("sec-fetch-site"));
        let is_own_start = |site: &str| site == "same-origin" || site == "none";
        if path.starts_with(OWN_PATHS) && !site.is_none_or(is_own_start) {
            let reason = "Another page may not ask this server.\n";
            return Some((StatusCode::FORBIDDEN, reason));
        }
        None
    }
}

type Refusal = (StatusCode, &'static str);

/// Refuses foreign requests, and gives every answer the headers that keep it here.
pub async fn guard(
    State(names): State<Names>,
    request: Request,
    next: Next,
) -> Response {
    let refusal = names.refusal(request.uri().path(), request.headers());
    let mut response = match refusal {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    let kept_here: [(HeaderName, &'static str); 5] = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // The next build may change any page, and names with a hash cost nothing
        // to load again over loopback.
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in kept_here {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
