//! Checks of a path that leads to another file while a request is answered.

use std::fs;
use std::future::poll_fn;
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::mpsc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use futures_util::stream::StreamExt;
use lab::Steps;
use lab::folder::Folder;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tower::ServiceExt;

use crate::PATIENCE;
use crate::http::{TEXT, serving};

pub async fn during_requests(steps: &Steps) {
    replaced(steps).await;
    looped(steps).await;
}

/// A link to itself takes the file's place when it has been looked at once.
async fn looped(steps: &Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let file = steps.succeeds("a file", folder.file("file", TEXT));
    steps.step(
        "GET /download, and a link to itself takes the file's place \
         as soon as the handler waits",
    );
    // It leads to itself when it is in the file's place.
    let next = folder.path().join("next");
    steps.succeeds("a link", symlink(&file, &next));
    let mut looks = 0;
    let swap = || {
        looks += 1;
        match looks {
            2 => fs::rename(&next, &file),
            _ => Ok(()),
        }
    };
    let pool = Pool::new(steps);
    let response = pool.answered(steps, &file, swap).await;
    // Whoever has opened the file by then sends it.
    let right = [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::OK];
    steps.one_of("status", &response.status(), &right);
}

/// Between any two things that the handler waits for, another file
/// takes the place of its file. Each has its own length and bytes.
async fn replaced(steps: &Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let next = folder.path().join("next");
    let file = folder.path().join("replaced");
    for longer in [true, false] {
        let length = |version: u8| {
            if longer {
                1000 + usize::from(version)
            } else {
                2000 - usize::from(version)
            }
        };
        let what = if longer { "longer" } else { "shorter" };
        steps.step(format!(
            "GET /download, and a {what} file takes its place whenever \
             the handler waits"
        ));
        let mut version = 0_u8;
        let replace = || {
            version = version.saturating_add(1);
            fs::write(&next, vec![version; length(version)])?;
            fs::rename(&next, &file)
        };
        let pool = Pool::new(steps);
        let response = pool.answered(steps, &file, replace).await;
        let (head, body) = response.into_parts();
        steps.equal("status", &head.status, &StatusCode::OK);
        let promised = head.headers.get("content-length").cloned();
        let mut body = body.into_data_stream();
        let first = timeout(PATIENCE, body.next()).await;
        let first = steps.succeeds("the body continues", first);
        let sent = match first {
            Some(chunk) => steps.succeeds("the first chunk", chunk),
            None => steps.fail("a chunk", "the end of the body"),
        };
        let version = sent.first().copied().unwrap_or_default();
        steps.equal(
            "Content-Length, for the file whose bytes are sent",
            &promised,
            &Some(length(version).into()),
        );
        let mut seen = sent.to_vec();
        while let Some(chunk) = body.next().await {
            seen.extend(steps.succeeds("a chunk", chunk));
        }
        let right = vec![version; length(version)];
        steps.equal_bytes("the body", &seen, &right);
    }
}

/// The runtime of a handler, with a single thread for blocking work.
struct Pool(Option<Runtime>);

impl Pool {
    fn new(steps: &Steps) -> Self {
        let mut builder = Builder::new_multi_thread();
        let builder = builder.worker_threads(1).max_blocking_threads(1);
        let runtime = builder.enable_all().build();
        Self(Some(steps.succeeds("a runtime", runtime)))
    }

    /// What the router makes of a `GET`. Each time before it looks
    /// whether it can go on, `act` changes what it finds on the disk.
    ///
    /// The thread for blocking work is kept busy during each look.
    /// So a handler that asks the disk twice is seen to wait twice,
    /// however fast the disk answers.
    async fn answered(
        &self,
        steps: &Steps,
        file: &Path,
        mut act: impl FnMut() -> io::Result<()>,
    ) -> Response {
        let request = Request::get("/download").body(Body::empty());
        let request = steps.succeeds("a request", request);
        let mut response =
            std::pin::pin!(serving(file).oneshot(request));
        let response = poll_fn(|context| {
            let entered = self.0.as_ref().map(Runtime::enter);
            let (free, busy) = mpsc::channel::<()>();
            tokio::task::spawn_blocking(move || busy.recv());
            steps.succeeds("change the disk", act());
            let looked = response.as_mut().poll(context);
            drop(free);
            drop(entered);
            looked
        });
        let response = timeout(PATIENCE, response).await;
        match steps.succeeds("a response", response) {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// A runtime can't be waited for inside another.
impl Drop for Pool {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
