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
/// Nothing here runs in a task of its own. If the handler is dropped in
/// the middle of a write, the turn is inside of that write.
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
    let limit = uploads.settings.limit;
    let mut turn = uploads.turns.take(&id).await;
    let found = uploads.find(&id).await?;
    let mut upload = fields.admitted(found, limit)?;
    let opened = open(&uploads, &id, &upload, turn).await?;
    let mut file = opened.0;
    turn = opened.1;
    while let Some(chunk) = next(&mut body, &turn, &uploads).await? {
        let end = upload.offset + chunk.len() as u64;
        within(&upload, end, limit)?;
        let disk = Arc::clone(&uploads);
        // The turn goes along, and comes back with the file.
        let written = uploads.on_disk(move |_| {
            disk.settings.disk.write(&mut file, &chunk)?;
            Ok((file, turn))
        });
        (file, turn) = written.await?;
        upload.offset = end;
    }
    if fields.complete == Some(true) {
        upload = publish(&uploads, id, upload, turn).await?;
    }
    Ok(upload)
}

/// Opens the file of an upload at its end, and notes its length.
async fn open(
    uploads: &Uploads,
    id: &UploadId,
    upload: &Upload,
    turn: Turn,
) -> io::Result<(File, Turn)> {
    let (id, upload) = (id.clone(), upload.clone());
    let opened = uploads.on_disk(move |store| {
        store.write_note(&id, &upload.name, upload.length)?;
        let bytes = store.bytes(&id);
        Ok((File::options().append(true).open(bytes)?, turn))
    });
    opened.await
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
    let chunk = tokio::select! {
        biased;
        () = turn.taken_over() => return Err(ResumableError::TakenOver),
        chunk = timeout(uploads.settings.idle, body.next()) => chunk,
    };
    let chunk = chunk.map_err(|_| ResumableError::Idle)?;
    let broken = |cause| PipelineError::Source(cause);
    let chunk = chunk.transpose().map_err(broken);
    Ok(chunk.map_err(UploadError::from)?)
}

/// Gives an upload its name, if everything is there.
async fn publish(
    uploads: &Uploads,
    id: UploadId,
    upload: Upload,
    turn: Turn,
) -> Result<Upload, ResumableError> {
    if upload.length.is_some_and(|length| length != upload.offset) {
        return Err(ResumableError::Length);
    }
    let (ready, name) = (upload.clone(), upload.name.clone());
    let published = uploads.on_disk(move |store| {
        let _until_it_has_its_name = turn;
        store.publish(&id, &ready)
    });
    let taken = |error| UploadError::of_rename(error, &name);
    published.await.map_err(taken)?;
    let length = Some(upload.offset);
    let complete = true;
    Ok(Upload {
        length,
        complete,
        ..upload
    })
}
