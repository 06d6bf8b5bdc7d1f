//! The router of the learner, on an empty folder, and a client of it.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use lab::Steps;
use lab::folder::Folder;
use resumable::{Settings, Uploads, router};
use tokio::task::{JoinHandle, spawn_blocking, yield_now};
use tokio::time::{Duration, sleep, timeout};
use tower::ServiceExt;

use crate::PATIENCE;
use crate::disk::TestDisk;

pub const PARTIAL: &str = "application/partial-upload";

pub struct Site {
    pub steps: Steps,
    pub folder: Folder,
    pub disk: TestDisk,
    pub uploads: Arc<Uploads>,
    router: Router,
}

/// What a response says.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
}

impl Answer {
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether somebody else has the upload right now. Fields of a
    /// wrong offset are something else.
    pub fn is_busy(&self) -> bool {
        self.status == 423
            || self.status == 409 && self.offset().is_none()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn offset(&self) -> Option<u64> {
        self.header("Upload-Offset")?.parse().ok()
    }

    pub fn complete(&self) -> Option<&str> {
        self.header("Upload-Complete")
    }
}

impl Site {
    /// Files of at most 1 MiB.
    pub fn start(steps: &Steps) -> Self {
        Self::with(steps, |_| {})
    }

    /// The same with another setting.
    pub fn with(
        steps: &Steps,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let folder = steps.succeeds("a folder", Folder::new());
        let inner = folder.path().join("files");
        let made = std::fs::create_dir(&inner);
        steps.succeeds("a folder to save in", made);
        Self::on(steps, folder, change)
    }

    /// The same server, started again: what it had in memory is gone.
    pub fn restarted(self) -> Self {
        let steps = self.steps.clone();
        let Self { folder, .. } = self;
        Self::on(&steps, folder, |_| {})
    }

    fn on(
        steps: &Steps,
        folder: Folder,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let disk = TestDisk::new();
        let mut settings = Settings {
            folder: folder.path().join("files"),
            limit: 1 << 20,
            idle: 3 * PATIENCE,
            lifetime: Duration::from_secs(60 * 60),
            disk: Box::new(disk.clone()),
        };
        change(&mut settings);
        let uploads = Arc::new(Uploads::new(settings));
        Self {
            steps: steps.clone(),
            folder,
            disk,
            router: router(Arc::clone(&uploads)),
            uploads,
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("files").join(name)
    }

    /// What is in the folder of the uploads.
    pub fn all_names(&self) -> Vec<String> {
        let list = || {
            let mut names = Vec::new();
            for entry in std::fs::read_dir(self.path(""))? {
                let name = entry?.file_name();
                names.push(name.to_string_lossy().into_owned());
            }
            names.sort();
            Ok::<_, std::io::Error>(names)
        };
        self.steps.succeeds("look into the folder", list())
    }

    /// The names there that anybody would take for a file's.
    pub fn names(&self) -> Vec<String> {
        let mut names = self.all_names();
        names.retain(|name| !name.starts_with('.'));
        names
    }

    /// The bytes of a file.
    pub fn read(&self, name: &str) -> Vec<u8> {
        let read = std::fs::read(self.path(name));
        self.steps.succeeds(format!("read {name}"), read)
    }

    /// The future of a handler, which can be dropped.
    pub fn handle(
        &self,
        request: Request<Body>,
    ) -> impl Future<Output = ()> + use<> {
        let router = self.router.clone();
        async move {
            let Ok(_) = router.oneshot(request).await;
        }
    }

    /// Sends a request, and leaves the response to come.
    pub fn begin(&self, request: Request<Body>) -> JoinHandle<Answer> {
        let router = self.router.clone();
        tokio::spawn(async move {
            let Ok(response) = router.oneshot(request).await;
            let (head, body) = response.into_parts();
            // Errors have a line of text.
            let _ = to_bytes(body, 1 << 16).await;
            Answer {
                status: head.status.as_u16(),
                headers: head.headers,
            }
        })
    }

    /// Sends a request, and waits for the response.
    pub async fn send(
        &self,
        what: &str,
        request: Request<Body>,
    ) -> Answer {
        self.answered(what, self.begin(request)).await
    }

    /// The response to a request that was sent.
    pub async fn answered(
        &self,
        what: &str,
        sent: JoinHandle<Answer>,
    ) -> Answer {
        match timeout(PATIENCE, sent).await {
            Ok(answer) => self
                .steps
                .succeeds(format!("{what}: a response"), answer),
            Err(_) => self.steps.fail(
                format!("{what}: a response"),
                "none, however long the client waits",
            ),
        }
    }

    /// Creates an upload, and returns its URL.
    pub async fn create(
        &self,
        name: &str,
        length: Option<u64>,
    ) -> String {
        let answer = self.send("POST", post(name, length)).await;
        self.steps.equal("status of POST", &answer.status, &201);
        let location = answer.header("Location");
        match location.and_then(path_of) {
            Some(url) => url.to_owned(),
            None => self.steps.fail(
                "a Location below /uploads/",
                format!("{location:?}"),
            ),
        }
    }

    /// Asks for the offset until nobody else has the upload.
    pub async fn head(&self, url: &str) -> Answer {
        let mut answer = self.send("HEAD", head(url)).await;
        let asking = async {
            while answer.is_busy() {
                sleep(Duration::from_millis(1)).await;
                answer = self.send("HEAD", head(url)).await;
            }
        };
        let _ = timeout(PATIENCE, asking).await;
        answer
    }

    /// The offset of an upload that's there.
    pub async fn offset(&self, url: &str) -> u64 {
        let answer = self.head(url).await;
        self.steps.one_of(
            "status of HEAD",
            &answer.status,
            &[200, 204],
        );
        match answer.offset() {
            Some(offset) => offset,
            None => self.steps.fail("an Upload-Offset", "none"),
        }
    }

    /// Appends, and returns the response.
    pub async fn append(
        &self,
        url: &str,
        offset: u64,
        bytes: &[u8],
        last: bool,
    ) -> Answer {
        let body = Body::from(bytes.to_vec());
        let request = patch(url, offset, last, body);
        self.send("PATCH", request).await
    }

    /// Continues where the server says, as a client does that has come
    /// back, until the upload is complete.
    pub async fn complete(&self, url: &str, all: &[u8]) {
        let offset = self.offset(url).await;
        self.steps
            .at_most("Upload-Offset", offset, all.len() as u64);
        let rest = &all[offset as usize..];
        let answer = self.append(url, offset, rest, true).await;
        let what = format!("status of the rest from {offset} on");
        self.steps.one_of(what, &answer.status, &[200, 201, 204]);
        let complete = answer.complete();
        self.steps.equal("Upload-Complete", &complete, &Some("?1"));
    }

    /// Completes an upload, and compares the file.
    pub async fn completes(&self, url: &str, name: &str, all: &[u8]) {
        self.complete(url, all).await;
        self.steps.equal_bytes("the file", &self.read(name), all);
    }
}

/// The path of a `Location`, which may be a whole URL.
pub fn path_of(location: &str) -> Option<&str> {
    location.find("/uploads/").map(|at| &location[at..])
}

/// Creates an upload without content.
pub fn post(name: &str, length: Option<u64>) -> Request<Body> {
    let mut request =
        Request::post(format!("http://h/uploads?name={name}"))
            .header("Upload-Complete", "?0");
    if let Some(length) = length {
        request = request.header("Upload-Length", length);
    }
    built(request, Body::empty())
}

pub fn head(url: &str) -> Request<Body> {
    built(Request::head(format!("http://h{url}")), Body::empty())
}

pub fn delete(url: &str) -> Request<Body> {
    built(Request::delete(format!("http://h{url}")), Body::empty())
}

pub fn patch(
    url: &str,
    offset: u64,
    last: bool,
    body: Body,
) -> Request<Body> {
    let request = Request::patch(format!("http://h{url}"))
        .header("Content-Type", PARTIAL)
        .header("Upload-Offset", offset)
        .header("Upload-Complete", if last { "?1" } else { "?0" });
    built(request, body)
}

pub fn built(
    request: axum::http::request::Builder,
    body: Body,
) -> Request<Body> {
    request.body(body).expect("the checks write good requests")
}

/// Waits until something is so. `false`: it did not become so.
pub async fn until(mut so: impl FnMut() -> bool) -> bool {
    let looking = async {
        while !so() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, looking).await.is_ok()
}

/// Gives whatever runs a chance to do what it shouldn't. Nothing is
/// judged by how long that is.
pub async fn moment() {
    for _ in 0..20 {
        yield_now().await;
        let _ = spawn_blocking(|| ()).await;
        sleep(Duration::from_millis(1)).await;
    }
}

/// The response, if it comes although nothing else happens.
pub async fn early(sent: &mut JoinHandle<Answer>) -> Option<Answer> {
    let mut sent = pin!(sent);
    tokio::select! {
        biased;
        answer = &mut sent => answer.ok(),
        () = moment() => None,
    }
}
