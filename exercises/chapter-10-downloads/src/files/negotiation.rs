//! Negotiation: which content coding of a file a client gets.
//!
//! We provide this file: it only looks at two files and one field.

use std::path::PathBuf;

use axum::http::{HeaderMap, header};
use messages::ResourcePath;

use crate::files::media_type;
use crate::{DownloadError, Opened, Storage};

/// A file below this length, in bytes, is never compressed, because it
/// fits in a single packet anyway.
const MIN_GZIP_LENGTH: u64 = 1024;

/// How the bytes of a file are encoded. Each coding has a validator of
/// its own, because its bytes are different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// As they are in the file.
    Identity,
    /// As they are in a compressed file beside it, such as `a.txt.gz`
    /// for `a.txt`. Its length is known, and parts of it can be sent.
    Precompressed,
    /// Compressed while they're sent. The length isn't known, and there
    /// are no parts.
    Gzip,
}

/// Opens a file in the coding that suits the client. That's the
/// compressed file beside it if there is one that isn't older.
/// Otherwise, the file is compressed while it's sent if its type is
/// worth it, or sent as it is.
pub(crate) async fn open(
    storage: &Storage,
    path: &ResourcePath,
    headers: &HeaderMap,
) -> Result<Opened, DownloadError> {
    let mut opened = storage.open(path).await?;
    let profits = media_type::is_compressible(path.as_path());
    let large = opened.representation.length >= MIN_GZIP_LENGTH;
    if !profits {
        return Ok(opened);
    }
    let mut name = path.as_path().as_os_str().to_owned();
    name.push(".gz");
    let accepts = accepts_gzip(headers);
    let ready = storage.open_path(PathBuf::from(name)).await;
    let ready =
        ready.ok().filter(|ready| ready.changed >= opened.changed);
    opened.varies = ready.is_some() || large;
    if !accepts {
        return Ok(opened);
    }
    if let Some(ready) = ready {
        return Ok(Opened {
            name: opened.name,
            coding: Coding::Precompressed,
            representation: ready.representation.with_tag_suffix("-p"),
            varies: true,
            ..ready
        });
    }
    if large {
        opened.coding = Coding::Gzip;
        opened.representation =
            opened.representation.with_tag_suffix("-gzip");
        opened.representation.ranges = false;
    }
    Ok(opened)
}

/// Returns whether the client accepts gzip (RFC 9110, section 12.5.3):
/// it lists `gzip` or `*` with a weight above 0. If it lists both,
/// `gzip` counts.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter();
    let codings: Vec<(&str, bool)> = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|element| {
            let (name, rest) =
                element.split_once(';').unwrap_or((element, ""));
            (name.trim(), is_wanted(rest))
        })
        .collect();
    let wanted = |names: &[&str]| {
        let mut codings = codings.iter();
        let found = codings.find(|(name, _)| {
            names.iter().any(|other| name.eq_ignore_ascii_case(other))
        });
        found.map(|(_, wanted)| *wanted)
    };
    wanted(&["gzip", "x-gzip"])
        .or_else(|| wanted(&["*"]))
        .unwrap_or(false)
}

/// Returns whether the weight is above 0. Without a weight, it's 1.
fn is_wanted(parameters: &str) -> bool {
    let weight = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let name = name.trim();
        name.eq_ignore_ascii_case("q").then(|| value.trim())
    });
    weight.is_none_or(|weight| {
        weight.parse::<f32>().is_ok_and(|weight| weight > 0.0)
    })
}
