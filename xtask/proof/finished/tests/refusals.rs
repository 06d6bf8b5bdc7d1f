//! A response reaches a client that is still sending, on whatever path it is refused.
#![cfg(unix)]

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use finished::{Finished, exchange};
use lab::folder::Folder;

/// More than the kernel takes for both ends.
const BODY: usize = 32 << 20;

/// Sends all of it before it reads, as simple clients do.
async fn refused(
    server: SocketAddr,
    first: &str,
    fields: &str,
    bytes: usize,
) -> Result<u16> {
    let head = format!(
        "{first} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\
         Content-Length: {bytes}\r\n\r\n"
    );
    let request = [head.as_bytes(), &vec![b'x'; bytes]].concat();
    let said = exchange(server, &request).await;
    let said = said.with_context(|| format!("{first} with {bytes} bytes"))?;
    ensure!(!said.reset, "{first} with {bytes} bytes: reset");
    said.status()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_reaches_a_client_on_every_path() -> Result<()> {
    let folder = Folder::new()?;
    let uploads = folder.path().join("uploads");
    let uploads = uploads.to_str().context("a path as text")?.to_owned();
    let on = Finished::beside(folder, &["--uploads", &uploads])?;
    let off = Finished::start(&[])?;
    let cookie = format!("Cookie: {}\r\n", "a".repeat(17_000));
    let huge = format!("Cookie: {}\r\n", "a".repeat(80_000));
    let host = "Host: b\r\n";
    let foreign = "Sec-Fetch-Site: cross-site\r\n";
    for (server, first, fields, status) in [
        (&on, "POST /upload", "", 404),
        (&on, "POST /files/", "", 404),
        (&on, "POST /download", "", 405),
        (&on, "POST /files/large.bin", "", 405),
        (&on, "PUT /files/large.bin", "", 405),
        (&on, "POST /healthz", "", 405),
        (&on, "POST /imports", "", 404),
        (&on, "POST /files?name=.bad", "", 400),
        (&on, "POST /files?name=a", &*cookie, 431),
        (&on, "POST /files?name=a", &*huge, 431),
        (&on, "POST /files?name=a", host, 400),
        (&on, "POST /files?name=a", foreign, 403),
        (&on, "POST /files?name=a", "Content-Encoding: br\r\n", 415),
        (&off, "POST /files?name=a", "", 404),
        (&off, "POST /imports", "", 404),
        (&off, "GET /files/small.bin", "", 200),
        (&off, "GET /none", "", 404),
    ] {
        for bytes in [100_000, 1 << 20, BODY] {
            for _ in 0..3 {
                let said = refused(server.address(), first, fields, bytes).await?;
                ensure!(said == status, "{first} with {bytes} bytes: {said}");
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_download_beside_a_body_that_nobody_reads_is_whole() -> Result<()> {
    let server = Finished::start(&[])?;
    let head = "GET /files/large.bin HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                Content-Length: 8388608\r\n\r\n";
    let request = [head.as_bytes(), &vec![b'x'; 8 << 20]].concat();
    for _ in 0..6 {
        let said = exchange(server.address(), &request).await?;
        let length = said.bytes.len() as u64;
        ensure!(!said.reset && length > finished::LARGE, "{length} bytes");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_refusal_nothing_is_left() -> Result<()> {
    let server = Finished::start(&[])?;
    let before = server.descriptors().await?;
    for _ in 0..5 {
        refused(server.address(), "POST /none", "", 1 << 20).await?;
    }
    server.is_as(before).await
}
