//! An upload server on a real port, in this process, where
//! memory is counted.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use connections::{ServeLimits, Trigger, serve, shutdown};
use lab::Steps;
use lab::folder::Folder;
use lab_net::client::Head;
use lab_net::{Client, Connection, Request};
use tokio::net::TcpStream;
use uploads::{UploadLimits, Uploads};

use crate::PATIENCE;

/// No answer that is kept here is longer.
const LONGEST: usize = 1 << 20;
const BOUNDARY: &str = "0123456789";

/// A folder, and a server that saves in it.
pub struct Site {
    pub steps: Steps,
    pub folder: Folder,
    pub address: SocketAddr,
    pub router: Router,
    _trigger: Trigger,
}

/// An answer that was read to its end.
#[derive(Debug)]
pub struct Answer {
    pub head: Head,
    pub body: String,
}

impl Site {
    /// Saves in an empty folder, files of 1 MiB at most.
    pub fn start(steps: &Steps) -> Self {
        Self::with(steps, |_| {})
    }

    /// The same with another setting.
    pub fn with(
        steps: &Steps,
        change: impl FnOnce(&mut Uploads),
    ) -> Self {
        let folder = steps.succeeds("a folder", Folder::new());
        let inner = folder.path().join("files");
        let made = std::fs::create_dir(&inner);
        steps.succeeds("a folder to save in", made);
        let mut uploads = uploads(inner);
        change(&mut uploads);
        let router = uploads::router(Arc::new(uploads));
        let listener =
            connections::bind((Ipv4Addr::LOCALHOST, 0).into());
        let listener = steps.succeeds("listen", listener);
        let address = listener.local_addr();
        let address = steps.succeeds("the address", address);
        let (trigger, shutdown) = shutdown();
        let limits = ServeLimits {
            connections: 100,
            pause: PATIENCE,
        };
        let served = router.clone();
        tokio::spawn(serve(
            listener,
            limits,
            shutdown,
            move |connection| {
                let router = served.clone();
                Box::pin(backpressure::serve_http(connection, router))
            },
        ));
        Self {
            steps: steps.clone(),
            folder,
            address,
            router,
            _trigger: trigger,
        }
    }

    /// Where a file is, once it is saved.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("files").join(name)
    }

    /// What is in the folder of the uploads, sorted.
    pub fn names(&self) -> Vec<String> {
        let list = || {
            let inner = self.folder.path().join("files");
            let mut names = Vec::new();
            for entry in std::fs::read_dir(inner)? {
                let name = entry?.file_name();
                names.push(name.to_string_lossy().into_owned());
            }
            names.sort();
            Ok::<_, std::io::Error>(names)
        };
        self.steps.succeeds("look into the folder", list())
    }

    /// The bytes of a file that was saved.
    pub fn read(&self, name: &str) -> Vec<u8> {
        let read = std::fs::read(self.path(name));
        self.steps.succeeds(format!("read {name}"), read)
    }

    /// A new connection.
    pub async fn connect(&self) -> Connection<TcpStream> {
        let client = Client::new(self.address).patience(PATIENCE);
        let connection = client.connect().await;
        self.steps.succeeds("connect", connection)
    }

    /// Sends a request with this body, and reads the answer.
    pub async fn send(&self, request: Request, body: &[u8]) -> Answer {
        let length = body.len().to_string();
        let request = request.header("Content-Length", &length);
        let mut connection = self.connect().await;
        let head = request.bytes(self.address);
        for bytes in [&head, body] {
            let sent = connection.sender.send(bytes).await;
            self.steps.succeeds("send the request", sent);
        }
        self.answer(&mut connection).await
    }

    /// Sends a form.
    pub async fn form(&self, form: &Form) -> Answer {
        let request = form.request();
        self.send(request, &form.body()).await
    }

    /// Reads an answer to `POST`.
    pub async fn answer(
        &self,
        connection: &mut Connection<TcpStream>,
    ) -> Answer {
        let steps = &self.steps;
        let head = connection.receiver.final_head().await;
        let head = steps.succeeds("the head of an answer", head);
        let body = connection.receiver.body(&head, "POST");
        let mut body = steps.succeeds("the body of an answer", body);
        let body = body.text(LONGEST).await;
        let body = steps.succeeds("the body of an answer", body);
        Answer { head, body }
    }
}

/// The settings of these servers.
pub fn uploads(folder: PathBuf) -> Uploads {
    Uploads {
        limits: UploadLimits {
            total: 8 << 20,
            file: 1 << 20,
            parts: 4,
            part_head: 1024,
        },
        folder,
        importer: None,
    }
}

/// `POST /files?name=…`: the body is the file.
pub fn raw(name: &str) -> Request {
    Request::new("POST", &format!("/files?name={name}"))
}

/// The chunks of a body without a length.
pub fn chunk(bytes: &[u8]) -> Vec<u8> {
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    chunk
}

/// A form with files, as a browser sends it.
#[derive(Debug, Clone, Default)]
pub struct Form {
    parts: Vec<(String, Vec<u8>)>,
}

impl Form {
    /// A form with one file.
    pub fn file(name: &str, bytes: &[u8]) -> Self {
        Self::default().and(name, bytes)
    }

    /// One more file.
    pub fn and(self, name: &str, bytes: &[u8]) -> Self {
        let field = format!(
            "Content-Disposition: form-data; name=\"file\"; \
             filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n"
        );
        self.part(&field, bytes)
    }

    /// One more part, with these field lines.
    pub fn part(mut self, fields: &str, bytes: &[u8]) -> Self {
        self.parts.push((fields.to_owned(), bytes.to_vec()));
        self
    }

    /// The bytes of it.
    pub fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (fields, bytes) in &self.parts {
            let head = format!("--{BOUNDARY}\r\n{fields}\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(
            format!("--{BOUNDARY}--\r\n").as_bytes(),
        );
        body
    }

    /// The head of its request.
    pub fn request(&self) -> Request {
        let kind =
            format!("multipart/form-data; boundary=\"{BOUNDARY}\"");
        Request::new("POST", "/files").header("Content-Type", &kind)
    }
}
