//! The storage: the files below one folder.
//!
//! We provide this file: opening a file so that nobody can swap it is a
//! matter of system calls.

use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderValue, header};
use futures_util::future::BoxFuture;
use messages::ResourcePath;
use tokio::task::spawn_blocking;

use crate::conditional::date;
use crate::files::folder::Folder;
use crate::files::media_type;
use crate::{
    Coding, DownloadError, Representation, content_disposition,
};

/// The files below a folder, and nothing outside it.
pub struct Storage {
    root: Arc<Folder>,
    pause: Option<Pause>,
}

type Pause = Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// An open file, and what is known about it. All of it was read from
/// the open file, because by now the name may belong to another file.
pub struct Opened {
    /// The file. Its bytes are those that the representation describes,
    /// unless somebody writes to it meanwhile.
    pub file: File,
    /// Its name, without the folders. If a compressed file replaces
    /// another file, this is the other file's name.
    pub name: OsString,
    /// How its bytes are encoded.
    pub coding: Coding,
    /// Length, tag and date.
    pub representation: Representation,
    /// When its bytes changed, as precisely as the file system knows.
    /// Whole seconds wouldn't do, because a file may be edited in the
    /// second in which it was compressed.
    pub(crate) changed: SystemTime,
    /// Whether a client with another `Accept-Encoding` may get other
    /// bytes.
    pub(crate) varies: bool,
}

impl Storage {
    /// Makes a storage of the files below `root`.
    ///
    /// # Errors
    ///
    /// `root` isn't a folder, or can't be opened.
    pub fn new(root: &Path) -> io::Result<Self> {
        Ok(Self {
            root: Arc::new(Folder::open(root)?),
            pause: None,
        })
    }

    /// Opens a file once, and reads everything else from its handle.
    ///
    /// Only regular files are found: not folders, FIFOs, sockets, or
    /// devices, and nothing that a link leads to. Opening a file
    /// blocks, so it happens on the blocking pool, unless Linux has the
    /// whole path in its dentry cache.
    pub async fn open(
        &self,
        path: &ResourcePath,
    ) -> Result<Opened, DownloadError> {
        self.open_path(path.as_path().to_owned()).await
    }

    /// Makes the storage wait for this future after a file was opened
    /// and before anything is read from it, so that checks can change
    /// files in between.
    pub fn pause_after_open(&mut self, pause: Pause) {
        self.pause = Some(pause);
    }

    pub(crate) async fn open_path(
        &self,
        path: PathBuf,
    ) -> Result<Opened, DownloadError> {
        let name = path.file_name().unwrap_or_default().to_owned();
        let root = Arc::clone(&self.root);
        let (file, facts) = match &self.pause {
            None => match root.open_nowait(&path) {
                Some(file) => stat_regular(file?)?,
                None => {
                    blocking(move || stat_regular(root.file(&path)?))
                        .await?
                }
            },
            Some(pause) => {
                let file = blocking(move || root.file(&path)).await?;
                pause().await;
                blocking(move || stat_regular(file)).await?
            }
        };
        Ok(Opened {
            file,
            name,
            coding: Coding::Identity,
            representation: Representation::of(&facts),
            changed: facts.modified().unwrap_or(UNIX_EPOCH),
            varies: false,
        })
    }
}

/// Returns the file and its metadata if it's a regular file.
fn stat_regular(file: File) -> io::Result<(File, Metadata)> {
    let facts = file.metadata()?;
    if !facts.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok((file, facts))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

impl Opened {
    /// Writes the fields that tell a client about the file: its type,
    /// and that the client must not guess another; the name to save it
    /// under; its validators; whether it's compressed; and whether
    /// parts of it can be requested.
    pub fn describe(&self, headers: &mut HeaderMap) {
        let nosniff = HeaderValue::from_static("nosniff");
        let kind = media_type::of(Path::new(&self.name));
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(kind),
        );
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
        headers.insert(
            header::CONTENT_DISPOSITION,
            content_disposition(&self.name),
        );
        let facts = &self.representation;
        headers.insert(header::ETAG, facts.tag.value());
        let modified = date::format(facts.modified);
        headers.insert(header::LAST_MODIFIED, modified);
        if self.coding != Coding::Identity {
            let gzip = HeaderValue::from_static("gzip");
            headers.insert(header::CONTENT_ENCODING, gzip);
        }
        if self.varies {
            let by = HeaderValue::from_static("accept-encoding");
            headers.insert(header::VARY, by);
        }
        let unit = if facts.ranges { "bytes" } else { "none" };
        headers.insert(
            header::ACCEPT_RANGES,
            HeaderValue::from_static(unit),
        );
    }
}
