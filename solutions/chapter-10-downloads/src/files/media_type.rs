//! Media types: what a browser is told to make of a file.
//!
//! Given: a table.

use std::path::Path;

/// Endings in small letters, types, and whether compression makes
/// them smaller. Videos, pictures and archives are compressed
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

/// The type of a file, by its ending.
pub(crate) fn of(path: &Path) -> &'static str {
    find(path).map_or("application/octet-stream", |(kind, _)| kind)
}

/// Whether compression is worth its time.
pub(crate) fn is_compressible(path: &Path) -> bool {
    find(path).is_some_and(|(_, profits)| profits)
}

fn find(path: &Path) -> Option<(&'static str, bool)> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    let found = TYPES.iter().find(|(name, ..)| *name == ending)?;
    Some((found.1, found.2))
}
