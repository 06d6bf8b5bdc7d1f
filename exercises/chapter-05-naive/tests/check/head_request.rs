//! The check of `HEAD`.

use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::{KIB, MIB};
use lab::{Size, Steps, process};
use lab_net::Request;
use tower::ServiceExt;

use crate::configured_for;
use crate::files::folder;
use crate::program::Running;

/// How often the file is asked for, to see a small read too.
const OFTEN: usize = 32;
/// What the server may read meanwhile: threads that it starts look
/// at the system, a few bytes each.
const READ: u64 = 4 * KIB;

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

    steps.step("the same connection answers again");
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
}
