//! Checks of the router: from a request to a file, and to a response.

use std::fs;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use http_body_util::BodyExt;
use lab::Steps;
use lab::folder::Folder;
use naive::Config;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::server::NOBODY;
#[cfg(unix)]
use crate::swapped;
use crate::{MARK, PATIENCE};

/// What the file holds.
pub const TEXT: &[u8] = b"eleven byte";

pub async fn as_chapter_5(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    // Windows has no quotes in names.
    let name = if cfg!(windows) {
        "a b.zip"
    } else {
        "a \"b\".zip"
    };
    let file = folder.file(name, TEXT);
    let file = steps.succeeds("a file", file);
    let length = TEXT.len() as u64;
    let router = serving(&file);
    for method in ["GET", "HEAD"] {
        let what = format!("{method} /download");
        steps.step(&what);
        let got = routed(&steps, &router, method, "/download").await;
        let (status, headers, body) = got;
        steps.equal("status", &status, &StatusCode::OK);
        let mut expected = naive::headers(&file, length);
        for (name, value) in &headers {
            let right = expected.remove(name);
            let what = format!("the header {name}");
            steps.equal(what, &Some(value.clone()), &right);
        }
        let missing = expected.keys().next();
        steps.equal("a header that is missing", &missing, &None);
        let text = if method == "GET" { TEXT } else { b"" };
        steps.equal_bytes("the body", &body, text);
    }
    steps.step("the file grows by a byte");
    let longer = [TEXT, b"s"].concat();
    steps.succeeds("write it", fs::write(&file, &longer));
    let (_, headers, body) =
        routed(&steps, &router, "GET", "/download").await;
    let seen = headers.get("content-length").cloned();
    steps.equal("Content-Length", &seen, &Some((length + 1).into()));
    steps.equal_bytes("the body", &body, &longer);

    let missing = folder.path().join("missing");
    let folder = folder.path().to_owned();
    for (file, method, path, expected) in [
        (&missing, "GET", "/download", StatusCode::NOT_FOUND),
        (&folder, "GET", "/download", StatusCode::NOT_FOUND),
        (&folder, "HEAD", "/download", StatusCode::NOT_FOUND),
        (&file, "GET", "/", StatusCode::NOT_FOUND),
        (&file, "GET", "/download/", StatusCode::NOT_FOUND),
        (&file, "GET", "/downloads", StatusCode::NOT_FOUND),
        (&file, "POST", "/", StatusCode::NOT_FOUND),
        (&file, "POST", "/download", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let (status, _, body) = ask(&steps, file, method, path).await;
        steps.equal("status", &status, &expected);
        if method != "HEAD" && expected == StatusCode::NOT_FOUND {
            let text = String::from_utf8_lossy(&body).into_owned();
            steps.holds("the body says why", text.contains("no such"));
        }
    }
    // Windows doesn't let anybody replace a file that is open.
    #[cfg(unix)]
    {
        links(&steps).await;
        swapped::during_requests(&steps).await;
    }
}

/// A link leads to a file or to itself. A path that can't be
/// followed is chapter 5's 500, whoever runs the check.
#[cfg(unix)]
async fn links(steps: &Steps) {
    use std::os::unix::fs::symlink;
    let folder = steps.succeeds("a folder", Folder::new());
    let file = steps.succeeds("a file", folder.file("file", TEXT));
    let link = folder.path().join("link to a file");
    steps.succeeds("a link", symlink(&file, &link));
    let got = ask(steps, &link, "GET", "/download").await;
    let (status, headers, body) = got;
    steps.equal("status", &status, &StatusCode::OK);
    let name = "content-disposition";
    let expected = naive::headers(&link, TEXT.len() as u64);
    let expected = expected.get(name).cloned();
    steps.equal("its name", &headers.get(name).cloned(), &expected);
    steps.equal_bytes("the body", &body, TEXT);

    let looped = folder.path().join("link to itself");
    steps.succeeds("a link", symlink(&looped, &looped));
    unopened(steps, &folder).await;
    let failed = StatusCode::INTERNAL_SERVER_ERROR;
    for method in ["GET", "HEAD"] {
        let got = ask(steps, &looped, method, "/download").await;
        steps.equal("status", &got.0, &failed);
    }
}

/// What is there, and can't be opened.
#[cfg(unix)]
async fn unopened(steps: &Steps, folder: &Folder) {
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;
    /// Linux refuses to read it to root too.
    const WRITE_ONLY: &str = "/proc/sys/vm/compact_memory";
    let secret = steps.succeeds("a file", folder.file("secret", TEXT));
    let nobody = fs::Permissions::from_mode(0o000);
    let set = fs::set_permissions(&secret, nobody);
    steps.succeeds("take the permission away", set);
    let refuses = |file: &PathBuf| {
        let refused = std::io::ErrorKind::PermissionDenied;
        let regular = fs::metadata(file).is_ok_and(|f| f.is_file());
        let opened = fs::File::open(file);
        regular && opened.is_err_and(|error| error.kind() == refused)
    };
    let mut files = [secret, WRITE_ONLY.into()].into_iter();
    match files.find(refuses) {
        Some(file) => {
            let link = folder.path().join("a forbidden file");
            steps.succeeds("a link", symlink(file, &link));
            for method in ["GET", "HEAD"] {
                let got = ask(steps, &link, method, "/download").await;
                let expected = StatusCode::FORBIDDEN;
                steps.equal("status", &got.0, &expected);
            }
        }
        None => steps.note("not tried: a file without permission"),
    }
    let socket = folder.path().join("a socket");
    // The path of a socket has at most about 100 bytes. On Linux,
    // there is a short way into each folder that is open.
    let open = steps.succeeds("open it", fs::File::open(folder.path()));
    let short = format!("/proc/self/fd/{}", open.as_raw_fd());
    let short = Path::new(&short);
    let way = if short.exists() { short } else { folder.path() };
    let Ok(_listener) = UnixListener::bind(way.join("a socket")) else {
        return steps.note("not tried: a socket as the file");
    };
    for method in ["GET", "HEAD"] {
        let got = ask(steps, &socket, method, "/download").await;
        steps.equal("status", &got.0, &StatusCode::NOT_FOUND);
    }
}

/// What the router makes of a request.
async fn ask(
    steps: &Steps,
    file: &Path,
    method: &str,
    path: &str,
) -> (StatusCode, axum::http::HeaderMap, Bytes) {
    let name = file.file_name().unwrap_or_default().display();
    steps.step(format!("{method} {path}, with {name} behind it"));
    routed(steps, &serving(file), method, path).await
}

/// The router of a server with this file.
pub fn serving(file: &Path) -> Router {
    let config = Config {
        listen: NOBODY,
        file: PathBuf::from(file),
    };
    backpressure::router(config, MARK)
}

/// What this router makes of a request.
async fn routed(
    steps: &Steps,
    router: &Router,
    method: &str,
    path: &str,
) -> (StatusCode, axum::http::HeaderMap, Bytes) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty());
    let request = steps.succeeds("a request", request);
    let router = router.clone();
    let response: Response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (head, body) = response.into_parts();
    let body = timeout(PATIENCE, body.collect()).await;
    let body = steps.succeeds("an end of the body", body);
    let body = steps.succeeds("the body", body);
    (head.status, head.headers, body.to_bytes())
}
