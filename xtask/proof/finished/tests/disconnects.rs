//! Clients that disconnect while the server has nothing to say to them.
#![cfg(unix)]

use anyhow::{Context, Result, ensure};
use finished::{Finished, Origin, exchange};
use lab::folder::Folder;
use lab_net::client::Client;
use lab_net::request::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// As many as the server has slots.
const SLOTS: usize = 16;

fn server() -> Result<Finished> {
    let folder = Folder::new()?;
    let uploads = folder.path().join("uploads");
    let uploads = uploads.to_str().context("a path as text")?.to_owned();
    let slots = SLOTS.to_string();
    let flags = [
        "--uploads",
        &uploads,
        "--imports",
        "--import-allow",
        "127.0.0.0/8",
        "--connections",
        &slots,
    ];
    Finished::beside(folder, &flags)
}

fn import(url: &str) -> Vec<u8> {
    let length = url.len();
    format!(
        "POST /imports HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n{url}"
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_leaves_an_import_frees_its_slot() -> Result<()> {
    let server = server()?;
    let before = server.descriptors().await?;
    let origin = Origin::dripping().await?;
    for pipelined in [&b""[..], b"GET /none HTTP/1.1\r\nHost: a\r\n\r\n"] {
        for number in 0..SLOTS {
            let mut client = TcpStream::connect(server.address()).await?;
            let url = origin.url(&format!("{number}.bin"));
            let request = [&import(&url), pipelined].concat();
            client.write_all(&request).await?;
            drop(client);
        }
        // All slots are taken by nobody, and come back.
        let request = Request::get("/files/small.bin");
        let download = Client::new(server.address()).download(&request).await?;
        ensure!(download.complete(), "{:?}", download.end);
        server.is_as(before).await?;
    }
    let uploads = server.folder.path().join("uploads");
    let left = std::fs::read_dir(uploads)?.count();
    ensure!(left == 0, "{left} drafts are left");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_waits_is_not_taken_for_one_that_left() -> Result<()> {
    let server = server()?;
    let origin = Origin::dripping().await?;
    let mut client = TcpStream::connect(server.address()).await?;
    client.write_all(&import(&origin.url("a.bin"))).await?;
    let open = server
        .settles("an import for ten seconds", |numbers| {
            Ok(numbers.get("connections_open")? >= 2.0)
        })
        .await?;
    ensure!(open.get("connections_open")? >= 2.0, "{open:?}");
    // Longer than the server takes to notice those who left.
    let waited =
        tokio::time::timeout(std::time::Duration::from_secs(10), client.read_u8());
    ensure!(waited.await.is_err(), "the import was given up");
    Ok(())
}

/// The server looks every second whether a client is still there. Looking must not
/// make anybody read for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_stalls_is_read_no_further_as_time_passes() -> Result<()> {
    const CLIENTS: u64 = SLOTS as u64;
    /// What the looks at the numbers may read, and less than a chunk for each client.
    const SLACK: u64 = CLIENTS * 16 * 1024;
    let second = std::time::Duration::from_secs(1);
    let server = server()?;
    let mut stalled = Vec::new();
    for _ in 0..CLIENTS {
        let mut client = TcpStream::connect(server.address()).await?;
        let request = b"GET /files/huge.bin HTTP/1.1\r\nHost: a\r\n\r\n";
        client.write_all(request).await?;
        client.read_exact(&mut [0; 100]).await?;
        stalled.push(client);
    }
    let pid = server.server.pid();
    if lab::process::read_bytes(pid).is_none() {
        // Only Linux counts what a process reads.
        return Ok(());
    }
    let read = || lab::process::read_bytes(pid).context("the server is gone");
    // Until the kernel's buffers are full, however long that takes.
    let mut before = read()?;
    loop {
        tokio::time::sleep(second / 4).await;
        let now = read()?;
        if now - before < SLACK {
            break;
        }
        before = now;
    }
    let before = read()?;
    tokio::time::sleep(second * 3).await;
    let more = read()? - before;
    ensure!(more < SLACK, "{more} bytes more for clients that take none");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_half_closed_client_is_served_to_the_last_byte() -> Result<()> {
    let server = server()?;
    for target in ["/files/small.bin", "/files/huge.bin"] {
        let mut client = TcpStream::connect(server.address()).await?;
        let request = format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        client.write_all(request.as_bytes()).await?;
        client.shutdown().await?;
        // Slower than the server's patience with those who left: it has nothing to
        // write meanwhile, because the kernel takes no more.
        let mut body = vec![0; 10_000];
        client.read_exact(&mut body).await?;
        tokio::time::sleep(std::time::Duration::from_secs(8)).await;
        client.read_to_end(&mut body).await?;
        let length = if target.contains("huge") {
            finished::HUGE
        } else {
            finished::SMALL
        };
        ensure!(body.len() as u64 > length, "{target}: {} bytes", body.len());
    }
    let origin = Origin::chunked(&[1; 1000], 1000).await?;
    let said = exchange(server.address(), &import(&origin.url("a.bin"))).await?;
    ensure!(said.status()? == 201, "{}", said.text());
    Ok(())
}
