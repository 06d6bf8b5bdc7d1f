//! The wiring: which chapter's router answers which path.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::BuildHasher;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use axum::routing::any;
use connections::Tcp;
use downloads::{DownloadError, Downloads, Storage};
use messages::{HeadLimits, ResourcePath};
use names::{Resolver, RetrySchedule, UdpAndTcp};
use transfers::{Database, Importer, Transfers, UploadLimits};

use crate::config::{Config, Imports};

/// How many exports run at once. Each has a connection to the
/// database, which takes memory for its pages: 256 KiB.
const EXPORTS: usize = 8;
/// How long one more export waits before it is told to come again.
const EXPORT_PATIENCE: Duration = Duration::from_secs(3);
/// How long an import waits for each step of the other server.
const PATIENCE: Duration = Duration::from_secs(10);

/// `/download` from one folder and `/files/` from another: the
/// folder of the one file is not for everybody.
pub(crate) fn parts(config: &Config) -> Result<Router, String> {
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
        let files = served(config, storage, None);
        let files = files.into_service::<Body>();
        parts = parts.route_service("/files/{*path}", files);
    } else {
        parts = parts.route("/files/{*path}", any(nothing));
    }
    transfers(config, parts)
}

/// `POST /files` and `POST /imports` where there is a folder for
/// them, `/exports/` where there is a database.
fn transfers(config: &Config, parts: Router) -> Result<Router, String> {
    let folder = config.uploads.clone();
    if folder.is_none() && config.database.is_none() {
        return Ok(parts);
    }
    if let Some(folder) = &folder {
        fs::create_dir_all(folder).map_err(|error| {
            let folder = folder.display();
            format!("--uploads {folder}: {error}; name a folder")
        })?;
        transfers::clear_leftovers(folder).map_err(|error| {
            let folder = folder.display();
            format!("--uploads {folder}: {error}")
        })?;
    }
    let saves = folder.is_some();
    let limits = config.upload_limits.clone();
    let folder = folder.unwrap_or_default();
    let importer = config.imports.as_ref().map(|imports| {
        importer(imports, limits.clone(), folder.clone())
    });
    let database = config.database.as_ref().map(|file| {
        Database::open(file, EXPORTS, EXPORT_PATIENCE).map_err(
            |error| {
                let file = file.display();
                format!("--database {file}: {error}")
            },
        )
    });
    let transfers = transfers::router(Arc::new(Transfers {
        folder,
        limits,
        database: database.transpose()?,
        importer,
    }));
    let only_asked_for = move |request: Request, next: Next| async move {
        let export = request.uri().path().starts_with("/exports/");
        match export || saves {
            true => next.run(request).await,
            false => DownloadError::NotFound.into_response(),
        }
    };
    Ok(parts.merge(transfers.layer(from_fn(only_asked_for))))
}

/// Chapter 2 asks for the addresses, chapter 1 judges them,
/// chapter 3 connects, chapter 4 speaks HTTP.
fn importer(
    imports: &Imports,
    limits: UploadLimits,
    folder: PathBuf,
) -> Importer<Tcp> {
    let servers = Box::new(UdpAndTcp {
        server: imports.dns,
    });
    // Hash tables of the standard library start from the system's
    // random numbers; these serve here as well.
    let random = || RandomState::new().hash_one("id") as u16;
    let schedule = RetrySchedule::default();
    let resolver = Resolver::new(servers, schedule, Box::new(random));
    Importer {
        resolver,
        dial: Tcp,
        exceptions: imports.exceptions.clone(),
        patience: PATIENCE,
        head: HeadLimits::default(),
        limits,
        folder,
    }
}

/// The file behind `/download`, if its folder can be opened. The
/// file may come later.
fn single(config: &Config) -> Option<Router> {
    let (folder, name) = folder_and_name(&config.file)?;
    let storage = Storage::new(&folder).ok()?;
    let name = name.into_os_string().into_encoded_bytes();
    let name = ResourcePath::from_segments(vec![name]).ok()?;
    Some(served(config, storage, Some(name)))
}

fn served(
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

/// The folder and the name of a file, from its path made
/// absolute. A link is followed now, and not again.
fn folder_and_name(file: &Path) -> Option<(PathBuf, PathBuf)> {
    let file = match file.is_symlink() {
        true => fs::canonicalize(file).ok()?,
        false => std::path::absolute(file).ok()?,
    };
    let name = PathBuf::from(file.file_name()?);
    Some((file.parent()?.to_owned(), name))
}
