//! Appends the content of a request to an upload.

use std::fs::File;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use pipelines::{PipelineError, Source};
use tokio::time::timeout;
use uploads::UploadError;

use crate::fields::{Fields, within};
use crate::store::{Upload, UploadId};
use crate::turns::Turn;
use crate::{ResumableError, Uploads};

/// Appends `body` to an upload, and returns its new state.
///
/// It runs in a task of its own, which nobody cancels. A write on the
/// blocking pool goes on after its future was dropped, so if a handler
/// is dropped with its connection, it gives up its turn in the middle
/// of a write.
///
/// # Errors
///
/// The request contradicts the upload; the body is too long, breaks
/// off, or stalls; a newer request takes over; the disk fails. All
/// bytes that were written before stay.
pub(crate) async fn append(
    uploads: Arc<Uploads>,
    id: UploadId,
    fields: Fields,
    mut body: Source,
) -> Result<Upload, ResumableError> {
    todo!("chapter 14: append to {id} as {fields:?} says")
}

/// Opens the file of an upload at its end, and notes its length.
async fn open(
    uploads: &Uploads,
    id: &UploadId,
    upload: &Upload,
) -> io::Result<File> {
    todo!("chapter 14: open {id}")
}

/// Returns the next chunk, or `None` at the end of the body.
///
/// # Errors
///
/// Nothing came for as long as the client may be idle; the body broke
/// off; a newer request takes over.
async fn next(
    body: &mut Source,
    turn: &Turn,
    uploads: &Uploads,
) -> Result<Option<Bytes>, ResumableError> {
    todo!("chapter 14: a chunk of the body")
}

/// Gives an upload its name, if everything is there.
async fn publish(
    uploads: &Uploads,
    id: UploadId,
    upload: Upload,
) -> Result<Upload, ResumableError> {
    todo!("chapter 14: publish {id}")
}
