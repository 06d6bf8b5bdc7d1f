//! Who may talk to the server of the book.
//!
//! It listens on loopback, but every page in the reader's browser can send requests
//! there. So a request must have our name in `Host` (a foreign name that resolves to
//! 127.0.0.1 isn't accepted), and if it has an origin, that must be ours. A request
//! that starts something must have an origin, and must contain the [`Token`] that our
//! pages have.
//!
//! Other users of the same machine can read the pages, and therefore the token. With
//! it, they can start the grading of the reader's own files, but nothing else.

use crate::server::served_pages::EVENTS;
use crate::server::token::{self, Token};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Paths that are not pages.
pub const OWN_PATHS: &str = "/__wb/";

/// Restricts what our pages may load, and where they may send requests, to this server.
/// mdBook's pages contain inline scripts and styles.
const CONTENT_POLICY: &str = "default-src 'self'; \
    script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; object-src 'none'; \
    frame-ancestors 'self'; base-uri 'self'; form-action 'none'";

/// Which requests are allowed.
#[derive(Clone, Debug)]
pub struct RequestPolicy {
    /// The names under which the server is ours.
    hosts: [String; 2],
    token: Option<Token>,
}

impl RequestPolicy {
    /// Accepts `127.0.0.1:PORT` and `localhost:PORT`. Without a token, nothing can be
    /// started.
    pub fn new(port: u16, token: Option<Token>) -> Self {
        let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
        Self { hosts, token }
    }

    fn is_ours(&self, host: &str) -> bool {
        self.hosts
            .iter()
            .any(|ours| ours.eq_ignore_ascii_case(host))
    }

    /// Returns why a request is refused, or `None` if it's allowed.
    fn refusal(&self, request: &Request) -> Option<Refusal> {
        let headers = request.headers();
        let text = |name: HeaderName| {
            headers.get(name).map(|value| value.to_str().unwrap_or(""))
        };
        if !text(header::HOST).is_some_and(|host| self.is_ours(host)) {
            let reason = "This server only responds at 127.0.0.1 and localhost.\n";
            return Some((StatusCode::MISDIRECTED_REQUEST, reason));
        }
        let foreign = (
            StatusCode::FORBIDDEN,
            "Other pages must not send requests to this server.\n",
        );
        let origin = text(header::ORIGIN);
        let is_foreign = |origin: &str| {
            !origin
                .strip_prefix("http://")
                .is_some_and(|host| self.is_ours(host))
        };
        if origin.is_some_and(is_foreign) {
            return Some(foreign);
        }
        let path = request.uri().path();
        if !path.starts_with(OWN_PATHS) {
            return None;
        }
        // Browsers say which kind of page a request comes from even if they send no
        // Origin.
        let site = text(HeaderName::from_static("sec-fetch-site"));
        if !site.is_none_or(|site| site == "same-origin" || site == "none") {
            return Some(foreign);
        }
        let is_safe = [Method::GET, Method::HEAD].contains(request.method());
        if !is_safe && origin.is_none() {
            let reason =
                "A request that starts something must say where it comes from.\n";
            return Some((StatusCode::FORBIDDEN, reason));
        }
        // An EventSource can't send headers, but it only listens.
        if path == EVENTS || self.is_token(headers) {
            return None;
        }
        let reason = "This page is from an earlier start of the book, so reload it.\n";
        Some((StatusCode::FORBIDDEN, reason))
    }

    fn is_token(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(token::HEADER);
        self.token
            .as_ref()
            .is_none_or(|token| given.is_some_and(|given| token.is(given.as_bytes())))
    }
}

type Refusal = (StatusCode, &'static str);

/// Refuses foreign requests, and adds headers to every response that keep its page from
/// using anything else.
pub async fn guard(
    State(rules): State<RequestPolicy>,
    request: Request,
    next: Next,
) -> Response {
    let refusal = rules.refusal(&request);
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
        // The next build may change any page, and loading files with a hash in their
        // name again is cheap over loopback.
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in kept_here {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
