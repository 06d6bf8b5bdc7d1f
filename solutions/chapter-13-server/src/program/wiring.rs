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
    //? todo!("chapter 13: the parts of {config:?}")
    // ANCHOR: cut-parts
    let nothing = async || DownloadError::NotFound;
    let mut parts = Router::new().fallback(nothing);
    if let Some(single) = single(config) {
        let single = single.into_service::<Body>();
        parts = parts.route_service("/download", single);
    }
    if let Some(root) = &config.root {
        let storage = Storage::new(root).map_err(|error| {
            let root = root.display();
            format!("--root {root}: {error}; name a folder")
        })?;
        let files = download_router(config, storage, None);
        let files = files.into_service::<Body>();
        parts = parts.route_service("/files/{*path}", files);
    } else {
        parts = parts.route("/files/{*path}", any(nothing));
    }
    if let Some(folder) = &config.uploads {
        parts = parts.merge(uploads(config, folder)?);
    }
    if let Some(file) = &config.database {
        let database = Database::open(file, EXPORTS, EXPORT_PATIENCE);
        let database = database.map_err(|error| {
            let file = file.display();
            format!("--database {file}: {error}")
        })?;
        parts = parts.merge(exports::router(Arc::new(database)));
    }
    Ok(parts)
    // ANCHOR_END: cut-parts
}

/// Returns the router for `POST /files`, and for `POST /imports` if the
/// flag is set.
///
/// The folder is created if it doesn't exist. Files that a killed
/// server left in it are cleaned up before anybody can send a file.
fn uploads(config: &Config, folder: &Path) -> Result<Router, String> {
    //? todo!("chapter 13: uploads into {}", folder.display())
    // ANCHOR: cut-uploads
    let unusable = |error: io::Error| {
        let folder = folder.display();
        format!("--uploads {folder}: {error}; name a folder")
    };
    fs::create_dir_all(folder).map_err(unusable)?;
    uploads::clear_leftovers(folder).map_err(unusable)?;
    let limits =
        UploadLimits::of(config.upload_limit, config.upload_parts);
    let importer =
        config.imports.then(|| importer(config, &limits, folder));
    Ok(uploads::router(Arc::new(Uploads {
        folder: folder.to_owned(),
        limits,
        importer,
    })))
    // ANCHOR_END: cut-uploads
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
    //? todo!("chapter 13: an importer that asks {}", config.dns)
    // ANCHOR: cut-importer
    let servers = Box::new(UdpAndTcp { server: config.dns });
    let schedule = RetrySchedule::default();
    Importer {
        resolver: Resolver::new(servers, schedule, Box::new(random_id)),
        dial: Tcp,
        exceptions: config.import_allow.clone().unwrap_or_default(),
        patience: PATIENCE,
        head: HeadLimits::default(),
        limits: limits.clone(),
        folder: folder.to_owned(),
    }
    // ANCHOR_END: cut-importer
}

/// Returns the router for the file at `/download`. Its storage is the
/// file's folder, and its `single` is the file's name in that folder.
/// Returns `None` if the folder can't be opened, or if the name can't
/// be part of a path. The file itself doesn't have to exist yet.
fn single(config: &Config) -> Option<Router> {
    //? todo!("chapter 13: {}", config.file.display())
    // ANCHOR: cut-single
    let (folder, name) = folder_and_name(&config.file)?;
    let storage = Storage::new(&folder).ok()?;
    let name = name.into_os_string().into_encoded_bytes();
    let name = ResourcePath::from_segments(vec![name]).ok()?;
    Some(download_router(config, storage, Some(name)))
    // ANCHOR_END: cut-single
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
