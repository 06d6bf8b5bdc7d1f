//! Media types: how a browser is told what a file is.
//!
//! We provide this file: it's a table.

use std::path::Path;

/// Extensions in lower case, media types, and whether compression makes
/// such files smaller. Videos, pictures, and archives are compressed
/// already.
const TYPES: [(&str, &str, bool); 26] = [
    ("avif", "image/avif", false),
    ("css", "text/css; charset=utf-8", true),
    ("csv", "text/csv; charset=utf-8", true),
    ("gif", "image/gif", false),
    ("gz", "application/gzip", false),
    ("htm", "text/html; charset=utf-8", true),
    ("html", "text/html; charset=utf-8", true),
    ("jpeg", "image/jpeg", false),
    ("jpg", "image/jpeg", false),
    ("js", "text/javascript; charset=utf-8", true),
    ("json", "application/json", true),
    ("md", "text/markdown; charset=utf-8", true),
    ("mjs", "text/javascript; charset=utf-8", true),
    ("mp3", "audio/mpeg", false),
    ("mp4", "video/mp4", false),
    ("ndjson", "application/x-ndjson", true),
    ("pdf", "application/pdf", false),
    ("png", "image/png", false),
    ("svg", "image/svg+xml", true),
    ("txt", "text/plain; charset=utf-8", true),
    ("wasm", "application/wasm", true),
    ("webm", "video/webm", false),
    ("webp", "image/webp", false),
    ("woff2", "font/woff2", false),
    ("xml", "text/xml; charset=utf-8", true),
    ("zip", "application/zip", false),
];

/// Returns the media type of a file, which depends on its extension.
pub(crate) fn of(path: &Path) -> &'static str {
    find(path).map_or("application/octet-stream", |(kind, _)| kind)
}

/// Returns whether compressing this file is worth the time.
pub(crate) fn is_compressible(path: &Path) -> bool {
    find(path).is_some_and(|(_, profits)| profits)
}

fn find(path: &Path) -> Option<(&'static str, bool)> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    let found = TYPES.iter().find(|(name, ..)| *name == ending)?;
    Some((found.1, found.2))
}
