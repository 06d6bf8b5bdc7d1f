//! Compressed files beside the files that they are made of.
#![cfg(unix)]

use std::fs::{self, File, FileTimes};
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::{Result, ensure};
use finished::{Finished, exchange};

fn write(path: &Path, bytes: &str, time: SystemTime) -> Result<()> {
    fs::write(path, bytes)?;
    let times = FileTimes::new().set_modified(time);
    Ok(File::options().write(true).open(path)?.set_times(times)?)
}

/// What a client gets that accepts gzip, and its validator.
async fn get(server: &Finished) -> Result<(String, String)> {
    let request = b"GET /files/b.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                    Accept-Encoding: gzip\r\n\r\n";
    let said = exchange(server.address(), request).await?.text();
    let tag = said
        .to_lowercase()
        .lines()
        .find(|line| line.starts_with("etag"))
        .unwrap_or_default()
        .to_owned();
    Ok((said, tag))
}

#[tokio::test]
async fn a_sidecar_that_is_older_by_a_nanosecond_is_stale() -> Result<()> {
    let server = Finished::start(&[])?;
    let folder = server.folder.path().join("files");
    let (text, packed) = (folder.join("b.txt"), folder.join("b.txt.gz"));
    let second = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    // `gzip -k` gives the same time to both.
    for (ahead, served) in [(0, true), (1, false), (999_999_999, false)] {
        write(&packed, "packed", second)?;
        write(
            &text,
            &"edited ".repeat(500),
            second + Duration::from_nanos(ahead),
        )?;
        let (said, _) = get(&server).await?;
        let is_packed = said.ends_with("\r\n\r\npacked");
        ensure!(is_packed == served, "edited {ahead} ns later: {said:.200}");
    }
    // A newer one is served again, under a validator of its own.
    let (_, before) = get(&server).await?;
    write(&packed, "packed again", second + Duration::from_secs(1))?;
    let (said, after) = get(&server).await?;
    ensure!(said.ends_with("packed again"), "{said:.200}");
    ensure!(before != after && !after.is_empty(), "{before} and {after}");
    Ok(())
}

#[tokio::test]
async fn every_edit_of_a_sidecar_changes_its_validator() -> Result<()> {
    let server = Finished::start(&[])?;
    let folder = server.folder.path().join("files");
    let (text, packed) = (folder.join("b.txt"), folder.join("b.txt.gz"));
    let second = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    write(&text, &"text ".repeat(500), second)?;
    let mut tags = Vec::new();
    for (bytes, ahead) in [("one", 0), ("two", 0), ("two", 1), ("three", 1)] {
        // As deployments do: a new file, renamed over the old one.
        let new = folder.join("new");
        write(&new, bytes, second + Duration::from_nanos(ahead))?;
        fs::rename(&new, &packed)?;
        let (said, tag) = get(&server).await?;
        ensure!(said.ends_with(bytes), "{said:.200}");
        tags.push(tag);
    }
    tags.sort();
    tags.dedup();
    ensure!(tags.len() == 4, "{tags:?}");
    Ok(())
}
