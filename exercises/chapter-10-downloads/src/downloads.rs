//! What a download server serves, and how.
//!
//! Given: settings, and the way from a path to a file.

use std::fs::File;
use std::ops::Range;

use axum::body::Body;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use backpressure::{CHUNK, FileBody};
use messages::{ResourcePath, resource_path};

use crate::bodies::direct::lean;
use crate::bodies::{gzip_body, multipart_ranges};
use crate::files::negotiation;
use crate::{Coding, DownloadError, Opened, Storage, direct};

/// Which body carries a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BodyKind {
    /// Chapter 8's: a reader ahead of the client.
    #[default]
    Queued,
    /// The given one: [`direct`].
    Direct,
    /// The same in chunks of 16 KiB, for very many slow clients.
    Lean,
}

/// What a download server serves, and how.
pub struct Downloads {
    /// Where the files are.
    pub storage: Storage,
    /// The file behind `/download`, in the storage.
    pub single: Option<ResourcePath>,
    /// What carries files that are sent as they are.
    pub body: BodyKind,
    /// How far a reader is ahead of its client, in bytes; see
    /// [`FileBody::queued`].
    pub high_water_mark: usize,
    /// Whether compressed forms are offered.
    pub gzip: bool,
}

impl Downloads {
    /// Opens the file of a request: `/download`, or a path behind
    /// `/files/`. The query changes nothing.
    ///
    /// A name that [`resource_path`] refuses is not found: a
    /// stranger need not know what is hidden.
    pub async fn open(
        &self,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Opened, DownloadError> {
        let path = self.path(uri.path());
        let path = path.ok_or(DownloadError::NotFound)?;
        if self.gzip {
            negotiation::open(&self.storage, &path, headers).await
        } else {
            self.storage.open(&path).await
        }
    }

    fn path(&self, path: &str) -> Option<ResourcePath> {
        if path == "/download" {
            return self.single.clone();
        }
        let rest = path.strip_prefix("/files")?;
        // A name with a slash behind it is that of a folder.
        if !rest.starts_with('/') || rest.ends_with('/') {
            return None;
        }
        resource_path(rest).ok()
    }

    /// The bytes of a range, as they are in the file.
    pub fn file_body(&self, file: File, range: Range<u64>) -> FileBody {
        body_for(self.body, self.high_water_mark, file, range)
    }

    /// The bytes of a range in the form that was opened. What is
    /// compressed on its way always goes through a queue.
    pub fn body(&self, opened: Opened, range: Range<u64>) -> Body {
        if opened.coding == Coding::Gzip {
            let mark = self.high_water_mark;
            let body =
                body_for(BodyKind::Queued, mark, opened.file, range);
            return gzip_body::gzip(body);
        }
        Body::new(self.file_body(opened.file, range))
    }

    /// The whole answer with several parts, its head included.
    pub fn parts(
        &self,
        opened: Opened,
        parts: Vec<Range<u64>>,
    ) -> Response {
        let (kind, mark) = (self.body, self.high_water_mark);
        multipart_ranges::answer(opened, parts, move |file, range| {
            body_for(kind, mark, file, range)
        })
    }
}

fn body_for(
    kind: BodyKind,
    mark: usize,
    file: File,
    range: Range<u64>,
) -> FileBody {
    let length = range.end.saturating_sub(range.start);
    match kind {
        // Of a single chunk, nothing can be read ahead.
        BodyKind::Queued if length > CHUNK as u64 => {
            FileBody::queued(file, range, mark)
        }
        BodyKind::Queued | BodyKind::Direct => direct(file, range),
        BodyKind::Lean => lean(file, range),
    }
}
