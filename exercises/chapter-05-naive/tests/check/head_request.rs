//! The check of `HEAD`.

use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::{GIB, KIB, MIB};
use lab::{Size, Steps, process};
use lab_net::Request;
use lab_net::client::Head;
use tower::ServiceExt;

use crate::configuration::configured_for;
use axum::http::Method;

use crate::contents::served;
#[cfg(unix)]
use crate::files::written;
use crate::files::{folder, stretched, unreadable};
use crate::program::Running;

/// How often the file is asked for, to see a small read too.
const OFTEN: usize = 32;
/// What the server may read meanwhile: threads that it starts look
/// at the system, a few bytes each.
const READ: u64 = 4 * KIB;

/// Lengths around which counts of 8, 16, 31 and 32 bits end.
const LENGTHS: [u64; 9] = [
    0,
    1,
    256,
    65_536,
    2 * GIB,
    4 * GIB - 1,
    4 * GIB,
    4 * GIB + 10,
    5 * GIB,
];

/// HEAD fails where opening does, and nowhere else.
async fn as_get_would(steps: &Steps) {
    match unreadable() {
        Some(file) => {
            steps.step(
                "HEAD a file that opens, and fails when it is read",
            );
            let (status, _) = served(steps, Method::HEAD, &file).await;
            steps.equal("status", &status, &200);
        }
        None => steps.note(
            "not tried: a file that can be opened and not be read",
        ),
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder(steps);
        for mode in [0o000, 0o044, 0o200, 0o400, 0o444] {
            let file = written(steps, &folder, "mode.zip", b"a file");
            let mode_of = std::fs::Permissions::from_mode(mode);
            let set = std::fs::set_permissions(&file, mode_of);
            steps.succeeds("set the permissions", set);
            steps.step(format!(
                "HEAD a file of mode {mode:03o}, as GET would"
            ));
            let opened = std::fs::File::open(&file).is_ok();
            let expected = if opened { 200 } else { 403 };
            let (status, _) = served(steps, Method::HEAD, &file).await;
            steps.equal("status", &status, &expected);
            let gone = std::fs::remove_file(&file);
            steps.succeeds("delete the file", gone);
        }
    }
}

pub async fn reads_no_file(steps: Steps) {
    let folder = folder(&steps);
    let payload = Payload::stamped(64 * MIB);
    let made = payload.create(folder.path(), "largefile.zip");
    let file = steps.succeeds("make a file of 64 MiB", made);

    let server = Running::start(&steps, &file);
    let mut open = server.connect().await;
    let (head, body) = open.answer(&Request::head("/download")).await;
    steps.equal("status", &head.status, &200);
    steps.equal("the body", body.as_str(), "");
    let got = server.whole(&payload, "/download").await;
    for name in
        ["Content-Type", "Content-Disposition", "Content-Length"]
    {
        let (ours, get) = (head.header(name), got.header(name));
        steps.equal(format!("{name} as for GET"), &ours, &get);
    }
    steps.step("compare all headers but the date");
    let others = |head: &Head| {
        let mut all: Vec<(String, String)> = head
            .headers
            .iter()
            .map(|(name, value)| {
                (name.to_ascii_lowercase(), value.clone())
            })
            .filter(|(name, _)| name != "date")
            .collect();
        all.sort();
        all
    };
    steps.equal("the headers of HEAD", &others(&head), &others(&got));

    steps.step("the same connection responds again");
    let (head, _) = open.answer(&Request::head("/download")).await;
    steps.equal("status", &head.status, &200);

    steps.step("HEAD /download, counted by the allocator");
    let config = configured_for(&steps, &file);
    let request = axum::http::Request::head("/download")
        .body(axum::body::Body::empty());
    let request = steps.succeeds("a request", request);
    let mark = Mark::now();
    let answered = naive::router(config).oneshot(request).await;
    let response = steps.succeeds("an answer", answered);
    let peak = mark.peak();
    steps.equal("status", &response.status().as_u16(), &200);
    let what = "memory that HEAD allocated";
    steps.at_most(what, Size(peak), Size(MIB));
    steps.note(format!("HEAD allocated {}", Size(peak)));

    steps.step("what the kernel says that the server reads");
    let before = process::read_bytes(server.pid());
    for _ in 0..OFTEN {
        let (head, _) = open.answer(&Request::head("/download")).await;
        steps.equal("status", &head.status, &200);
        let now = process::read_bytes(server.pid());
        if let (Some(before), Some(now)) = (before, now) {
            let read = Size(now.saturating_sub(before));
            steps.at_most("read for HEAD", read, Size(READ));
        }
    }
    if before.is_none() {
        steps.note("not seen here: how much the server reads");
    }
    as_get_would(&steps).await;
    for length in LENGTHS {
        if stretched(&steps, &file, length) {
            steps.step(format!("the file has {length} bytes now"));
            let request = Request::head("/download");
            let (head, _) = open.answer(&request).await;
            steps.equal("status", &head.status, &200);
            let told = head.header("Content-Length");
            let length = length.to_string();
            let what = "Content-Length";
            steps.equal(what, &told, &Some(length.as_str()));
        }
    }
}
