//! The checks of what a request takes from the others: descriptors,
//! and the thread that they share.

use std::future::{Future, poll_fn};
use std::path::Path;
use std::pin::{Pin, pin};
use std::sync::mpsc;
use std::task::Poll;

use axum::body::Body;
use axum::http::Method;
use lab::Steps;
use lab::folder::Folder;
use lab::process::has_proc;
use lab::size::MIB;
use lab_net::Request;
use tokio::runtime::Builder;
use tower::ServiceExt;

use crate::configuration::configured_for;
use crate::files::{folder, written};
use crate::program::Running;

/// How often the file is asked for.
const OFTEN: usize = 64;

/// The server has no more open files after many requests.
pub async fn nothing_open(steps: Steps) {
    let folder = folder(&steps);
    let file = written(&steps, &folder, "a.zip", b"a file");
    let server = Running::start(&steps, &file);
    let mut open = server.connect().await;
    for method in ["GET", "HEAD"] {
        let request = Request::new(method, "/download");
        // What is opened once, and kept on purpose, is open then.
        let _ = open.answer(&request).await;
        steps.step(format!("{method} it {OFTEN} times"));
        let before = descriptors(server.pid());
        for _ in 0..OFTEN {
            let (head, _) = open.answer(&request).await;
            steps.equal("status", &head.status, &200);
        }
        match (before, descriptors(server.pid())) {
            (Some(before), Some(now)) => {
                let more = now.saturating_sub(before);
                let what = "files that it holds open more than before";
                steps.at_most(what, more, OFTEN / 4);
            }
            _ => {
                steps.note("not seen here: the files that it has open")
            }
        }
    }
}

/// How many descriptors a process has, where the kernel tells.
fn descriptors(pid: u32) -> Option<usize> {
    if !has_proc() {
        return None;
    }
    let open = std::fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
    Some(open.count())
}

/// The thread of the runtime asks the file system nothing.
pub fn not_on_the_runtime(steps: Steps) {
    let folder = folder(&steps);
    let content = vec![b'x'; MIB as usize];
    let file = written(&steps, &folder, "a.zip", &content);
    let missing = folder.path().join("missing.zip");
    let mut one = Builder::new_current_thread();
    let one = one.enable_all().max_blocking_threads(1).build();
    let runtime = steps.succeeds("a runtime", one);
    runtime.block_on(async {
        for (method, file, status) in [
            (Method::GET, &missing, 404),
            (Method::HEAD, &file, 200),
            (Method::GET, &file, 200),
        ] {
            waits_its_turn(&steps, method, file, status).await;
        }
        for method in [Method::HEAD, Method::GET] {
            looks_elsewhere(&steps, method, &folder).await;
        }
        reads_elsewhere(&steps, &file).await;
    });
}

/// With the only blocking thread busy, there can be no response at
/// once: whoever has one has asked on the runtime's own thread.
async fn waits_its_turn(
    steps: &Steps,
    method: Method,
    file: &Path,
    status: u16,
) {
    let name = file.file_name().unwrap_or_default();
    steps.step(format!(
        "{method} {name:?} while the thread for blocking calls is busy"
    ));
    let job = Job::start();
    let mut answer = pin!(answered(steps, method, file));
    if once(answer.as_mut()).await.is_some() {
        steps.fail(
            "a response that waits for that thread",
            "one at once: the runtime's own thread has looked",
        );
    }
    drop(job);
    let (seen, _) = answer.await;
    steps.equal("status", &seen, &status);
}

/// The file goes after the first call for it was made on the thread
/// for blocking calls. Whoever notices while that thread is busy
/// again has looked on the runtime's own thread.
async fn looks_elsewhere(
    steps: &Steps,
    method: Method,
    folder: &Folder,
) {
    let file = written(steps, folder, "goes.zip", b"a file");
    steps.step(format!(
        "{method} a file that goes after the first look at it"
    ));
    let first = Job::start();
    let mut answer = pin!(answered(steps, method, &file));
    if once(answer.as_mut()).await.is_some() {
        steps.fail("a response that waits", "one at once");
    }
    let second = Job::start();
    drop(first);
    // The jobs run in their order: the handler's came in between.
    second.has_begun();
    steps.succeeds("delete the file", std::fs::remove_file(&file));
    if let Some((404, _)) = once(answer.as_mut()).await {
        steps.fail(
            "a second look on that thread, which is busy",
            "404 at once: the runtime's own thread has looked",
        );
    }
    drop(second);
}

/// Keeps the thread for blocking calls busy until it is dropped.
struct Job {
    begun: mpsc::Receiver<()>,
    _until: mpsc::Sender<()>,
}

impl Job {
    fn start() -> Self {
        let (begin, begun) = mpsc::channel();
        let (until, busy) = mpsc::channel::<()>();
        tokio::task::spawn_blocking(move || {
            // An error means that nobody waits for it any more.
            let _ = begin.send(());
            let _ = busy.recv();
        });
        Self {
            begun,
            _until: until,
        }
    }

    fn has_begun(&self) {
        // It began or was thrown away; either way nobody waits.
        let _ = self.begun.recv();
    }
}

/// What is ready after one poll.
async fn once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// The kernel counts what each thread reads.
async fn reads_elsewhere(steps: &Steps, file: &Path) {
    steps.step("GET 1 MiB: what does the runtime's own thread read?");
    let before = read_here();
    let (status, length) = answered(steps, Method::GET, file).await;
    steps.equal("status", &status, &200);
    steps.equal("bytes", &(length as u64), &MIB);
    match (before, read_here()) {
        (Some(before), Some(now)) => {
            let what = "bytes that the runtime's own thread read";
            steps.at_most(what, now.saturating_sub(before), MIB / 4);
        }
        _ => steps.note("not seen here: which thread reads"),
    }
}

/// What this thread has read so far, where the kernel tells.
fn read_here() -> Option<u64> {
    if !has_proc() {
        return None;
    }
    let text = std::fs::read_to_string("/proc/thread-self/io").ok()?;
    let read = text.lines().find_map(|l| l.strip_prefix("rchar:"))?;
    read.trim().parse().ok()
}

/// The status, and the length of the body.
async fn answered(
    steps: &Steps,
    method: Method,
    file: &Path,
) -> (u16, usize) {
    let router = naive::router(configured_for(steps, file));
    let request = axum::http::Request::builder()
        .method(method)
        .uri("/download")
        .body(Body::empty());
    let request = steps.succeeds("a request", request);
    let response = router.oneshot(request).await;
    let response = steps.succeeds("a response", response);
    let status = response.status().as_u16();
    let most = 2 * MIB as usize;
    let body = axum::body::to_bytes(response.into_body(), most).await;
    let body = steps.succeeds("the whole body", body);
    (status, body.len())
}
