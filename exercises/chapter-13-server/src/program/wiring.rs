//! Puts each chapter's router at its path.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::any;
use connections::Tcp;
use downloads::{DownloadError, Downloads, Storage};
use exports::Database;
use messages::{HeadLimits, ResourcePath};
use names::{Resolver, RetrySchedule, UdpAndTcp, random_id};
use uploads::{Importer, UploadLimits, Uploads};

use crate::program::config::Config;

/// How many exports run at once. Each has a connection to the database,
/// which takes 256 KiB of memory for its pages.
const EXPORTS: usize = 8;
/// How long another export waits before it gets a 503.
const EXPORT_PATIENCE: Duration = Duration::from_secs(3);
/// How long an import waits for each step of the other server.
const PATIENCE: Duration = Duration::from_secs(10);

/// Returns a router with the parts of the server at their paths.
///
/// | path | part | if |
/// | --- | --- | --- |
/// | `/download` | [`single`] | there is one |
/// | `/files/{*path}` | [`download_router`] | `root` is set |
/// | `POST /files`, `POST /imports` | [`uploads`] | `uploads` is set |
/// | `/exports/{table}` | `exports::router` | `database` is set |
///
/// Every other path gets [`DownloadError::NotFound`], and so does every
/// part that isn't set. `/download` and `/files/` use two different
/// [`Downloads`], because the folder that holds the single file isn't
/// public. Each of the two is a service of its own
/// (`into_service::<Body>`) at its own path. The database gets
/// `EXPORTS` connections and `EXPORT_PATIENCE`. A check counts the
/// connections, but the patience isn't graded, because only a stopwatch
/// could measure it.
///
/// # Errors
///
/// Returns the flag, its value, and what's wrong with it, as in `--root
/// /nowhere: …; name a folder`.
pub(crate) fn parts(config: &Config) -> Result<Router, String> {
    todo!("chapter 13: the parts of {config:?}")
}

/// Returns the router for `POST /files`, and for `POST /imports` if the
/// flag is set.
///
/// The folder is created if it doesn't exist. Files that a killed
/// server left in it are cleaned up before anybody can send a file.
fn uploads(config: &Config, folder: &Path) -> Result<Router, String> {
    todo!("chapter 13: uploads into {}", folder.display())
}

/// Returns the importer, if imports are on. Chapter 2 looks up the
/// addresses over UDP and TCP. Chapter 1 decides whether they're
/// public, with `import_allow` as the exceptions. Chapter 3 connects,
/// and chapter 4 speaks HTTP. Each wait has `PATIENCE`, which isn't
/// graded, either.
fn importer(
    config: &Config,
    limits: &UploadLimits,
    folder: &Path,
) -> Importer<Tcp> {
    todo!("chapter 13: an importer that asks {}", config.dns)
}

/// Returns the router for the file at `/download`. Its storage is the
/// file's folder, and its `single` is the file's name in that folder.
/// Returns `None` if the folder can't be opened, or if the name can't
/// be part of a path. The file itself doesn't have to exist yet.
fn single(config: &Config) -> Option<Router> {
    todo!("chapter 13: {}", config.file.display())
}

fn download_router(
    config: &Config,
    storage: Storage,
    single: Option<ResourcePath>,
) -> Router {
    downloads::router(Arc::new(Downloads {
        storage,
        single,
        body: config.body,
        high_water_mark: config.high_water_mark,
        gzip: config.gzip,
    }))
}

/// Splits the path of a file, made absolute, into the folder and the
/// name. A link is resolved once, here.
fn folder_and_name(file: &Path) -> Option<(PathBuf, PathBuf)> {
    let file = if file.is_symlink() {
        fs::canonicalize(file).ok()?
    } else {
        std::path::absolute(file).ok()?
    };
    let name = PathBuf::from(file.file_name()?);
    Some((file.parent()?.to_owned(), name))
}
