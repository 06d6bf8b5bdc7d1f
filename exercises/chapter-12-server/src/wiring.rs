//! The wiring: which chapter's router answers which path.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::routing::any;
use downloads::{DownloadError, Downloads, Storage};
use messages::ResourcePath;

use crate::config::Config;

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
    Ok(parts)
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
