//! A small site: the files of a folder, and one page that's generated
//! while it's sent.
//!
//! We provide this file, so that there's something to serve. Chapter 10
//! does it better.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::BytesMut;
use connections::BoxError;
use futures_util::StreamExt;
use futures_util::stream;
use tokio::io::AsyncReadExt;

use crate::{
    Fields, MessageError, Reply, ReplyBody, RequestLine, Site,
    resource_path,
};

/// How much of a file is read at a time, in bytes.
const CHUNK: usize = 64 * 1024;

/// Returns the site of a folder.
///
/// `GET` and `HEAD` are answered with its files, and with `index.html`
/// for the folder itself. `/squares.csv` is generated while it's sent.
/// Other methods get 405. Anything that isn't a file gets 404, and so
/// does a refused name, because a stranger doesn't need to know which
/// names are hidden.
pub fn folder_site(root: PathBuf) -> Arc<Site> {
    Arc::new(move |line: &RequestLine, _: &Fields| {
        respond(&root, line).unwrap_or_else(|error| {
            // The reason is for our terminal, not for the client.
            eprintln!("{}: {error}", line.target);
            Reply::text(500, "This file can't be read.")
        })
    })
}

fn respond(
    root: &Path,
    line: &RequestLine,
) -> Result<Reply, MessageError> {
    if !["GET", "HEAD"].contains(&line.method.as_str()) {
        let mut reply = Reply::text(405, "Only GET and HEAD, please.");
        reply.fields.push("Allow", "GET, HEAD")?;
        return Ok(reply);
    }
    let nothing = Reply::text(404, "There is no such page.");
    let Ok(path) = resource_path(&line.target) else {
        return Ok(nothing);
    };
    let mut path = path.as_path();
    if path == Path::new("squares.csv") {
        return super::squares::reply();
    }
    if path == Path::new("") {
        path = Path::new("index.html");
    }
    match open(&root.join(path)) {
        Ok((file, facts)) => file_reply(path, file, &facts),
        Err(error) if is_absent(&error) => Ok(nothing),
        Err(error) => Err(error.into()),
    }
}

/// Opens a file. These calls block the thread, and with it other
/// connections, for as long as the disk takes. Chapter 8 shows where
/// such work belongs.
fn open(path: &Path) -> io::Result<(File, Metadata)> {
    // Check before opening it, because opening a FIFO would wait.
    if !path.metadata()?.is_file() {
        return Err(ErrorKind::NotFound.into());
    }
    let file = File::open(path)?;
    let facts = file.metadata()?;
    Ok((file, facts))
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::InvalidFilename
            | ErrorKind::InvalidInput
            | ErrorKind::PermissionDenied
    )
}

fn file_reply(
    path: &Path,
    file: File,
    facts: &Metadata,
) -> Result<Reply, MessageError> {
    let length = facts.len();
    let mut fields = Fields::default();
    fields.push("Content-Type", content_type(path))?;
    fields.push("Content-Length", &length.to_string())?;
    // If the file grows meanwhile, the client still gets the promised
    // length.
    let file = tokio::fs::File::from_std(file).take(length);
    let chunks = stream::try_unfold(file, |mut file| async {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        match file.read_buf(&mut chunk).await? {
            0 => Ok::<_, BoxError>(None),
            _ => Ok(Some((chunk.freeze(), file))),
        }
    });
    Ok(Reply {
        status: 200,
        fields,
        body: ReplyBody::Chunks(chunks.boxed()),
    })
}

/// Returns the media type for a file's extension.
fn content_type(path: &Path) -> &'static str {
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending.unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "jpg" => "image/jpeg",
        "js" => "text/javascript; charset=utf-8",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
