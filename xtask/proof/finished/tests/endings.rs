//! Responses that break off never look complete, over HTTP/1.0 neither, where a closed
//! connection is the only end that a body has.
#![cfg(unix)]

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use finished::{Finished, database, exchange, terminate};
use lab::folder::Folder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Enough that an export is on its way for a while.
const ROWS: u64 = 200_000;
/// A text that profits from gzip, longer than all buffers on the way.
const TEXT: usize = 64 << 20;

/// Overwrites the middle of a database: its first rows can be read, its last ones not.
fn corrupt(database: &Path) -> Result<()> {
    let length = fs::metadata(database)?.len();
    let mut file = OpenOptions::new().write(true).open(database)?;
    file.seek(SeekFrom::Start(length / 2 / 4096 * 4096))?;
    file.write_all(&[0xff; 64 * 1024])?;
    Ok(())
}

fn get(target: &str, version: &str, fields: &str) -> Vec<u8> {
    format!(
        "GET {target} HTTP/{version}\r\nHost: a\r\nConnection: close\r\n{fields}\r\n"
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_that_fails_midway_is_reset() -> Result<()> {
    let folder = Folder::new()?;
    let file = database(folder.path(), ROWS)?;
    corrupt(&file)?;
    let file = file.to_str().context("a path as text")?.to_owned();
    let server = Finished::beside(folder, &["--database", &file, "--log", "json"])?;
    for format in ["csv", "json", "ndjson"] {
        for version in ["1.0", "1.1"] {
            let target = format!("/exports/items.{format}");
            let request = get(&target, version, "");
            let said = exchange(server.address(), &request).await?;
            let text = said.text();
            ensure!(
                said.reset,
                "HTTP/{version}: a clean end after {}",
                text.len()
            );
            ensure!(!text.ends_with("0\r\n\r\n"), "HTTP/{version}: a last chunk");
        }
    }
    // The log says why, and not only that.
    server
        .settles("a reason for each", |_| {
            let lines = server.server.lines();
            let told =
                |line: &&String| line.contains("\"cut\"") && line.contains("malformed");
            Ok(lines.iter().filter(told).count() == 6)
        })
        .await
        .with_context(|| format!("{:#?}", server.server.lines()))?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gzip_of_a_file_that_shrinks_is_reset() -> Result<()> {
    for version in ["1.0", "1.1"] {
        let server = Finished::start(&["--log", "text"])?;
        let path = server.folder.path().join("files/a.txt");
        // What gzip makes little of would fit into the kernel's buffers.
        let text: Vec<u8> = (0..TEXT as u64)
            .map(|it| b'a' + (it.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 60) as u8)
            .collect();
        fs::write(&path, &text)?;
        let mut client = TcpStream::connect(server.address()).await?;
        let request = get("/files/a.txt", version, "Accept-Encoding: gzip\r\n");
        client.write_all(&request).await?;
        let mut some = vec![0; 10_000];
        client.read_exact(&mut some).await?;
        File::options().write(true).open(&path)?.set_len(1000)?;
        let rest = client.read_to_end(&mut some).await;
        let error = rest
            .err()
            .context("the connection ended as if all were well")?;
        let kind = error.kind();
        ensure!(kind == std::io::ErrorKind::ConnectionReset, "{error}");
        server
            .settles("a reason", |_| {
                let lines = server.server.lines();
                Ok(lines.iter().any(|it| {
                    it.contains("cut") && it.contains("eof")
                        || it.contains("end of file")
                }))
            })
            .await
            .with_context(|| format!("{:#?}", server.server.lines()))?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_deadline_cuts_is_reset() -> Result<()> {
    let folder = Folder::new()?;
    let file = database(folder.path(), ROWS)?;
    let file = file.to_str().context("a path as text")?.to_owned();
    let flags = ["--database", &file, "--drain-timeout", "1s"];
    let server = Finished::beside(folder, &flags)?;
    let mut client = TcpStream::connect(server.address()).await?;
    client
        .write_all(&get("/exports/items.csv", "1.0", ""))
        .await?;
    let mut some = vec![0; 10_000];
    client.read_exact(&mut some).await?;
    terminate(&server.server)?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let rest = client.read_to_end(&mut some).await;
    ensure!(rest.is_err(), "the connection ended as if all were well");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_complete_is_closed_and_not_reset() -> Result<()> {
    let folder = Folder::new()?;
    let file = database(folder.path(), 1000)?;
    let file = file.to_str().context("a path as text")?.to_owned();
    let server = Finished::beside(folder, &["--database", &file])?;
    for target in ["/exports/items.csv", "/files/large.bin", "/none", "/ready"] {
        for version in ["1.0", "1.1"] {
            let said = exchange(server.address(), &get(target, version, "")).await?;
            ensure!(!said.reset, "{target} over HTTP/{version} is reset");
        }
    }
    Ok(())
}
