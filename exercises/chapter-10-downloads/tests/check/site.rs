//! A server of the chapter on a real port, in this process, where
//! memory is counted.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use connections::{ServeLimits, Trigger, serve, shutdown};
use downloads::{BodyKind, Downloads, Storage};
use lab::Steps;
use lab::folder::Folder;
use lab::payload::Payload;
use lab_net::client::Head;
use lab_net::{Client, Connection, Request};
use messages::{ResourcePath, resource_path};
use tokio::net::TcpStream;

use crate::PATIENCE;

/// The mark of these servers, in bytes.
pub const MARK: usize = 64 * 1024;
/// No answer that is kept here is longer.
const LONGEST: usize = 4 << 20;

/// A folder, and a server of its files.
pub struct Site {
    pub steps: Steps,
    pub folder: Folder,
    pub address: SocketAddr,
    _trigger: Trigger,
}

/// An answer that was read to its end.
#[derive(Debug)]
pub struct Answer {
    pub head: Head,
    pub body: Vec<u8>,
    /// Why the body is not whole.
    pub broken: Option<String>,
}

impl Site {
    /// Serves an empty folder with the queued body.
    pub fn start(steps: &Steps) -> Self {
        Self::with(steps, |_| {})
    }

    /// The same with another setting. The file behind
    /// `/download` is `a.bin`.
    pub fn with(
        steps: &Steps,
        change: impl FnOnce(&mut Downloads),
    ) -> Self {
        let folder = steps.succeeds("a folder", Folder::new());
        let root = folder.path().join("files");
        let made = std::fs::create_dir(&root);
        steps.succeeds("a folder to serve", made);
        let mut downloads = downloads(steps, &root);
        change(&mut downloads);
        let router = downloads::router(Arc::new(downloads));
        let listener =
            connections::bind((Ipv4Addr::LOCALHOST, 0).into());
        let listener = steps.succeeds("listen", listener);
        let address = listener.local_addr();
        let address = steps.succeeds("the address", address);
        let (trigger, shutdown) = shutdown();
        let limits = ServeLimits {
            connections: 500,
            pause: PATIENCE,
        };
        tokio::spawn(serve(
            listener,
            limits,
            shutdown,
            move |connection| {
                let router = router.clone();
                Box::pin(backpressure::serve_http(connection, router))
            },
        ));
        Self {
            steps: steps.clone(),
            folder,
            address,
            _trigger: trigger,
        }
    }

    /// Where a file of the server is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("files").join(name)
    }

    /// Makes a file in the server's folder.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        let made = std::fs::write(&path, bytes);
        self.steps.succeeds("make a file", made);
        path
    }

    /// Makes a file of that length in the server's folder.
    pub fn payload(&self, name: &str, payload: Payload) -> PathBuf {
        let root = self.folder.path().join("files");
        let made = payload.create(&root, name);
        self.steps.succeeds("make a file", made)
    }

    /// Sends a request, and reads the whole answer.
    pub async fn ask(&self, request: &Request) -> Answer {
        self.steps.repeat_with(request.curl(self.address));
        let connection = self.connect().await;
        let (mut connection, head) =
            self.head(connection, request).await;
        let (mut body, mut broken) = (Vec::new(), None);
        match connection.receiver.body(&head, request.method()) {
            Err(error) => broken = Some(error.to_string()),
            Ok(mut chunks) => loop {
                match chunks.next(64 * 1024).await {
                    Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                    Ok(None) => break,
                    Err(error) => {
                        broken = Some(error.to_string());
                        break;
                    }
                }
                if body.len() > LONGEST {
                    broken = Some("a body without an end".to_owned());
                    break;
                }
            },
        }
        Answer { head, body, broken }
    }

    /// The same, for an answer that must be whole.
    pub async fn whole(&self, request: &Request) -> Answer {
        let answer = self.ask(request).await;
        self.steps.equal(
            "what is wrong with the body",
            &answer.broken,
            &None,
        );
        answer
    }

    /// A new connection.
    pub async fn connect(&self) -> Connection<TcpStream> {
        let client = Client::new(self.address).patience(PATIENCE);
        let client = client.receive_buffer(16 * 1024);
        let connection = client.connect().await;
        self.steps.succeeds("connect", connection)
    }

    /// Sends a request, and reads the head of the answer.
    pub async fn head(
        &self,
        mut connection: Connection<TcpStream>,
        request: &Request,
    ) -> (Connection<TcpStream>, Head) {
        let bytes = request.bytes(self.address);
        let sent = connection.sender.send(&bytes).await;
        self.steps.succeeds("send the request", sent);
        let head = connection.receiver.final_head().await;
        let head = self.steps.succeeds("the head of an answer", head);
        (connection, head)
    }
}

/// What serves the files of a folder.
pub fn downloads(steps: &Steps, root: &std::path::Path) -> Downloads {
    let storage = Storage::new(root);
    Downloads {
        storage: steps.succeeds("open the folder", storage),
        single: Some(path(steps, "/a.bin")),
        body: BodyKind::Queued,
        high_water_mark: MARK,
        gzip: true,
    }
}

/// The way to a file of the folder.
pub fn path(steps: &Steps, target: &str) -> ResourcePath {
    steps.succeeds("a path", resource_path(target))
}

/// `GET` with a range.
pub fn part(target: &str, range: &str) -> Request {
    Request::get(target).header("Range", range)
}

/// The value of a field, or nothing.
pub fn field<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.head.header(name).unwrap_or_default()
}
