//! The check of files whose bytes or names are special elsewhere.

use std::path::{Path, PathBuf};

use axum::http::{Method, Request};
use lab::Steps;
use lab::folder::Folder;
use naive::Config;
use tower::ServiceExt;

use crate::files::{folder, written};
use crate::program::Running;

/// What other programs read, skip or change.
const CONTENTS: [&[u8]; 10] = [
    b"\xef\xbb\xbfa text",
    b"\xff\xfea\x00",
    b"one\r\ntwo\r\n",
    b"one\rtwo\n\n",
    b" blanks \t ",
    b"\0",
    b"a\0b\x1ac",
    b"\xff\xc3(\x80",
    b"\x1f\x8b\x08\0",
    b"<html>&amp;</html>",
];

/// Each of these contents arrives as it is.
pub async fn byte_for_byte(steps: &Steps) {
    let folder = folder(steps);
    for content in CONTENTS {
        let file = written(steps, &folder, "a.zip", content);
        let text = String::from_utf8_lossy(content);
        steps.step(format!("GET a file that holds {text:?}"));
        let (status, body) = asked(steps, "GET", &file).await;
        steps.equal("status", &status, &200);
        steps.equal_bytes("the file, byte for byte", &body, content);
    }
}

/// Only what is no ordinary file is not found.
pub async fn any_ordinary_file(steps: &Steps) {
    let folder = folder(steps);
    let mut files = Vec::new();
    for name in [".hidden.zip", ".a", "A.ZIP", "a~", "a.tmp", "a.php"] {
        files.push(written(steps, &folder, name, b"bytes"));
    }
    let twin = folder.path().join("twin.zip");
    match std::fs::hard_link(folder.path().join("A.ZIP"), &twin) {
        Ok(()) => files.push(twin),
        Err(error) => steps
            .note(format!("not tried: two names of a file ({error})")),
    }
    for file in files {
        let name = file.file_name().unwrap_or_default();
        for method in ["GET", "HEAD"] {
            steps.step(format!("{method} {name:?}, an ordinary file"));
            let (status, body) = asked(steps, method, &file).await;
            steps.equal("status", &status, &200);
            if method == "GET" {
                steps.equal_bytes("the file", &body, b"bytes");
            }
        }
    }
    // The program takes no such name, but the handler does.
    if let Some(file) = not_utf_8(steps, &folder) {
        steps.step(
            "GET a file whose name is not UTF-8, an ordinary file",
        );
        let (status, body) = served(steps, Method::GET, &file).await;
        steps.equal("status", &status, &200);
        steps.equal_bytes("the file", &body, b"bytes");
    }
}

/// The status and the body that a server of its own has for it.
async fn asked(
    steps: &Steps,
    method: &str,
    file: &Path,
) -> (u16, Vec<u8>) {
    let server = Running::start(steps, file);
    let name = file.file_name().unwrap_or_default();
    let mut open = server.connect().await;
    let request = lab_net::Request::new(method, "/download");
    let (head, bytes) = open.bytes(&request).await;
    steps.step(format!(
        "look at the response for {name:?}, an ordinary file"
    ));
    (head.status, bytes)
}

/// A file whose name is not UTF-8, where the system takes such names.
fn not_utf_8(steps: &Steps, folder: &Folder) -> Option<PathBuf> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let name = std::ffi::OsStr::from_bytes(b"a\xffb.zip");
        let file = folder.path().join(name);
        if std::fs::write(&file, b"bytes").is_ok() {
            return Some(file);
        }
    }
    let _ = folder;
    steps.note("not tried: a file whose name is not UTF-8");
    None
}

/// The status and the body that this file gives, without a server.
pub async fn served(
    steps: &Steps,
    method: Method,
    file: &Path,
) -> (u16, Vec<u8>) {
    let config = Config {
        listen: ([127, 0, 0, 1], 0).into(),
        file: file.to_owned(),
    };
    let request = Request::builder()
        .method(method)
        .uri("/download")
        .body(axum::body::Body::empty());
    let request = steps.succeeds("a request", request);
    let response = naive::router(config).oneshot(request).await;
    let response = steps.succeeds("a response", response);
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX);
    let body = steps.succeeds("the whole body", body.await);
    (status, body.to_vec())
}
