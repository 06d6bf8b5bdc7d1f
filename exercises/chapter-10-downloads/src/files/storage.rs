//! The storage: files below one folder.
//!
//! Given: opening without a gap is a matter of system calls.

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

/// The files of a folder, and nothing outside of it.
pub struct Storage {
    root: Arc<Folder>,
    pause: Option<Pause>,
}

type Pause = Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// A file that is open, and what is known about it. All of it
/// comes from the open file: another one may have its name by
/// now.
pub struct Opened {
    /// The file. What is read from it is what the representation
    /// describes, unless somebody writes to it meanwhile.
    pub file: File,
    /// Its name, without the folders. A compressed file that
    /// stands in for another has the other's name.
    pub name: OsString,
    /// How its bytes are sent.
    pub coding: Coding,
    /// Length, tag and date.
    pub representation: Representation,
    /// When its bytes changed, as finely as the file system says:
    /// a file may be edited in the second in which it was
    /// compressed.
    pub(crate) changed: SystemTime,
    /// Whether another client may get other bytes by its
    /// `Accept-Encoding`.
    pub(crate) varies: bool,
}

impl Storage {
    /// The files below `root`. Errors: it is no folder, or may
    /// not be opened.
    pub fn new(root: &Path) -> io::Result<Self> {
        Ok(Self {
            root: Arc::new(Folder::open(root)?),
            pause: None,
        })
    }

    /// Opens a file, once, and looks at it through its handle.
    ///
    /// Only regular files: folders, FIFOs, sockets and devices
    /// are not found, and so is what stands behind a link. Opening
    /// blocks, so it happens on the blocking pool, unless Linux has
    /// the whole path in its dentry cache, and says so.
    pub async fn open(
        &self,
        path: &ResourcePath,
    ) -> Result<Opened, DownloadError> {
        self.open_path(path.as_path().to_owned()).await
    }

    /// Waits for this future after each opening, before the file
    /// is looked at. For checks that change files in between.
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

/// What the open file is.
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
    /// Writes what a client should know about the file: its type,
    /// and that it is not to guess another; the name to save it
    /// under; how to recognize it; whether it is compressed, and
    /// whether parts of it can be had.
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
