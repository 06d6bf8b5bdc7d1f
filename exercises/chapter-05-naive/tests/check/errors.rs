//! The check of what an error becomes.

use std::error::Error;
use std::io::{self, ErrorKind};

use axum::response::IntoResponse;
use lab::Steps;
use naive::DownloadError;

/// What no client may see.
const SECRET: &str = "/srv/secret/key";

pub async fn each_status(steps: Steps) {
    becomes(&steps, ErrorKind::InvalidData, 500).await;
    for kind in [
        ErrorKind::NotFound,
        ErrorKind::IsADirectory,
        ErrorKind::NotADirectory,
        ErrorKind::InvalidFilename,
    ] {
        becomes(&steps, kind, 404).await;
    }
    becomes(&steps, ErrorKind::PermissionDenied, 403).await;
    for kind in [
        ErrorKind::InvalidInput,
        ErrorKind::TimedOut,
        ErrorKind::Interrupted,
        ErrorKind::WouldBlock,
        ErrorKind::UnexpectedEof,
        ErrorKind::ConnectionReset,
        ErrorKind::BrokenPipe,
        ErrorKind::OutOfMemory,
        ErrorKind::ResourceBusy,
        ErrorKind::FileTooLarge,
        ErrorKind::StorageFull,
        ErrorKind::QuotaExceeded,
        ErrorKind::ReadOnlyFilesystem,
        ErrorKind::StaleNetworkFileHandle,
        ErrorKind::ExecutableFileBusy,
        ErrorKind::NotSeekable,
        ErrorKind::Deadlock,
        ErrorKind::Unsupported,
        ErrorKind::HostUnreachable,
        ErrorKind::ConnectionRefused,
        ErrorKind::ConnectionAborted,
        ErrorKind::NotConnected,
        ErrorKind::NetworkDown,
        ErrorKind::NetworkUnreachable,
        ErrorKind::AddrInUse,
        ErrorKind::AddrNotAvailable,
        ErrorKind::AlreadyExists,
        ErrorKind::DirectoryNotEmpty,
        ErrorKind::WriteZero,
        ErrorKind::TooManyLinks,
        ErrorKind::CrossesDevices,
        ErrorKind::ArgumentListTooLong,
        ErrorKind::Other,
    ] {
        becomes(&steps, kind, 500).await;
        let error = DownloadError::from(io::Error::new(kind, SECRET));
        let cause = error.source().map(ToString::to_string);
        let what = "the cause that the error keeps";
        steps.equal(what, &cause.as_deref(), &Some(SECRET));
    }
    let inner = io::Error::from(ErrorKind::NotFound);
    steps.step("an error of the kind Other that holds a NotFound");
    let error = DownloadError::from(io::Error::other(inner));
    let kept = matches!(error, DownloadError::Read(_));
    steps.holds(format!("{error:?} is a Read"), kept);
    each_number(&steps).await;
}

/// The system's own numbers: some share a kind, some have none.
async fn each_number(steps: &Steps) {
    let numbers = [
        (1, 403),
        (2, 404),
        (4, 500),
        (5, 500),
        (12, 500),
        (13, 403),
        (16, 500),
        (20, 404),
        (21, 404),
        (22, 500),
        (23, 500),
        (24, 500),
        (27, 500),
        (28, 500),
        (29, 500),
    ];
    let linux =
        [(36, 404), (40, 500), (61, 500), (116, 500), (122, 500)];
    let (mut all, has_more) = (Vec::new(), cfg!(target_os = "linux"));
    if cfg!(unix) {
        all.extend(numbers);
    }
    all.extend(linux.into_iter().filter(|_| has_more));
    for (number, status) in all {
        let error = io::Error::from_raw_os_error(number);
        let what = format!("the system's error {number}: {error}");
        let label = format!("error {number}");
        let error = DownloadError::from(error);
        if let DownloadError::Read(cause) = &error {
            let kept = cause.raw_os_error();
            steps.step(format!("keep {what}"));
            let looked = "the number that the cause keeps";
            steps.equal(looked, &kept, &Some(number));
        }
        answers(steps, (&label, &what), error, status).await;
    }
}

/// An error of this kind becomes this status, with a text.
async fn becomes(steps: &Steps, kind: ErrorKind, status: u16) {
    let error = DownloadError::from(io::Error::new(kind, SECRET));
    let label = format!("{kind:?}");
    let what = format!("an error of kind {label}");
    answers(steps, (&label, &what), error, status).await;
}

async fn answers(
    steps: &Steps,
    (label, what): (&str, &str),
    error: DownloadError,
    status: u16,
) {
    steps.step(format!("respond to {what}"));
    let expected = format!("{error}\n");
    let response = error.into_response();
    let seen = response.status().as_u16();
    steps.equal(format!("status of {label}"), &seen, &status);
    let fields = format!("{:?}", response.headers());
    let body = axum::body::to_bytes(response.into_body(), 4096);
    let body = steps.succeeds("a short body", body.await);
    let text = String::from_utf8_lossy(&body);
    steps.holds("the body says something", !text.is_empty());
    steps.holds(
        format!("{text:?} ends with a line feed"),
        text.ends_with('\n'),
    );
    for (what, shown) in [("body", &*text), ("headers", &fields)] {
        steps.holds(
            format!(
                "{shown:?} contains no path of the server ({what})"
            ),
            !shown.contains("secret"),
        );
    }
    steps.equal("the body", &text.as_ref(), &expected.as_str());
    steps.holds(
        format!("{fields} has a Content-Type of text/plain"),
        fields.contains("\"text/plain"),
    );
}
