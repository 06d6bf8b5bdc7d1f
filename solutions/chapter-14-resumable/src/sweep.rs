//! Removes what nobody came back for.

use std::fs;
use std::io;
use std::time::Duration;

use crate::Uploads;
use crate::store::{Store, UploadId};

/// Removes the uploads that haven't changed for their lifetime, but
/// none that a request is working on, and returns how many it removed.
/// Files that have their names stay. The program calls this now and
/// then.
///
/// # Errors
///
/// The folder can't be read, or a file can't be removed.
pub async fn remove_abandoned(uploads: &Uploads) -> io::Result<usize> {
    //? todo!("chapter 14: remove what nobody came back for")
    // ANCHOR: cut-remove_abandoned
    let mut removed = 0;
    let lifetime = uploads.settings.lifetime;
    for id in uploads.on_disk(Store::all).await? {
        let Some(turn) = uploads.turns.take_idle(&id) else {
            continue;
        };
        let work = uploads.on_disk(move |store| {
            let _until_it_is_gone = turn;
            let old = age(store, &id)? > Some(lifetime);
            if old {
                store.remove(&id)?;
            }
            Ok(usize::from(old))
        });
        removed += work.await?;
    }
    Ok(removed)
    // ANCHOR_END: cut-remove_abandoned
}

/// Returns how long ago an upload has changed: the younger of its two
/// files counts. `None` if it's gone, or was changed in the future.
fn age(store: &Store, id: &UploadId) -> io::Result<Option<Duration>> {
    //? todo!("chapter 14: the age of {id}")
    // ANCHOR: cut-age
    let mut changed = None;
    for path in [store.bytes(id), store.note(id)] {
        match fs::metadata(path) {
            Ok(facts) => changed = changed.max(facts.modified().ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(changed.and_then(|changed| changed.elapsed().ok()))
    // ANCHOR_END: cut-age
}
