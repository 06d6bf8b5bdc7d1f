//! What a download server serves, and how.
//!
//! We provide this file: it has the settings, and finds the file for a
//! path.

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

/// The kind of body that carries a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BodyKind {
    /// Chapter 8's body, whose reader is ahead of the client.
    #[default]
    Queued,
    /// The body that we provide: [`direct`].
    Direct,
    /// The same body with chunks of 16 KiB, for a large number of slow
    /// clients.
    Lean,
}

/// What a download server serves, and how.
pub struct Downloads {
    /// Where the files are.
    pub storage: Storage,
    /// The file served at `/download`, as a path in the storage.
    pub single: Option<ResourcePath>,
    /// The body that carries files that aren't compressed on their way.
    pub body: BodyKind,
    /// How far a reader may be ahead of its client, in bytes; see
    /// [`FileBody::queued`].
    pub high_water_mark: usize,
    /// Whether compressed responses are offered.
    pub gzip: bool,
}

impl Downloads {
    /// Opens the file of a request: `/download`, or a path below
    /// `/files/`. The query is ignored.
    ///
    /// A name that [`resource_path`] refuses gets the same error as a
    /// missing file, because a stranger doesn't need to know which
    /// names are hidden.
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
        // A name followed by a slash is the name of a folder.
        if !rest.starts_with('/') || rest.ends_with('/') {
            return None;
        }
        resource_path(rest).ok()
    }

    /// Returns a body with the bytes of a range, as they are in the
    /// file.
    pub fn file_body(&self, file: File, range: Range<u64>) -> FileBody {
        body_for(self.body, self.high_water_mark, file, range)
    }

    /// Returns a body with the bytes of a range, in the coding of the
    /// opened file. If they're compressed on their way, they always go
    /// through a queue.
    pub fn body(&self, opened: Opened, range: Range<u64>) -> Body {
        if opened.coding == Coding::Gzip {
            let mark = self.high_water_mark;
            let body =
                body_for(BodyKind::Queued, mark, opened.file, range);
            return gzip_body::gzip(body);
        }
        Body::new(self.file_body(opened.file, range))
    }

    /// Returns the complete response with several parts, including its
    /// head.
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
        // With a single chunk, there's nothing to read ahead.
        BodyKind::Queued if length > CHUNK as u64 => {
            FileBody::queued(file, range, mark)
        }
        BodyKind::Queued | BodyKind::Direct => direct(file, range),
        BodyKind::Lean => lean(file, range),
    }
}
