//! Uploads and exports that go wrong, and what is left of them: nothing.
#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use finished::{Finished, Form, database};
use futures_util::future::join_all;
use lab::folder::Folder;
use lab_net::client::{Client, End, Hold, Pace};
use lab_net::fleet::fleet;
use lab_net::request::Request;

/// How many exports the server runs at once.
const EXPORTS: usize = 8;

/// The names in the folder of uploads, drafts included.
fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(folder)?;
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        Ok(entry?.file_name().to_string_lossy().into_owned())
    };
    entries.map(name).collect()
}

/// A server that takes uploads into a folder beside its files.
fn server() -> Result<(Finished, std::path::PathBuf)> {
    let folder = Folder::new()?;
    let uploads = folder.path().join("uploads");
    let flags = ["--uploads", uploads.to_str().context("a path as text")?];
    Ok((Finished::beside(folder, &flags)?, uploads.clone()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_is_cut_anywhere_leaves_no_file() -> Result<()> {
    let (server, uploads) = server()?;
    let before = server.descriptors().await?;
    let form = Form::new()
        .file("a.bin", &[7; 700])
        .file("b.bin", b"\r\n--x");
    let request = form.bytes(server.address());
    let (head, address) = (request.len() - form.length(), server.address());
    let cuts: Vec<usize> = (head..request.len()).collect();
    let cut = |index: usize| {
        let bytes = request[..cuts[index]].to_vec();
        async move {
            let mut connection = Client::new(address).connect().await?;
            connection.sender.send(&bytes).await?;
            // Both directions end: nobody waits for an answer.
            drop(connection);
            anyhow::Ok(())
        }
    };
    for sent in fleet(cuts.len(), cut).await {
        sent?;
    }
    server.is_as(before).await?;
    let left = names(&uploads)?;
    ensure!(left.is_empty(), "{} cuts leave {left:?}", cuts.len());
    let answer = form.send(address).await?;
    ensure!(answer.status == 201, "{answer:?}");
    let mut whole = names(&uploads)?;
    whole.sort();
    ensure!(whole == ["a.bin", "b.bin"], "{whole:?}");
    server.is_as(before).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_reaches_a_client_that_is_still_sending() -> Result<()> {
    let folder = Folder::new()?;
    let uploads = folder.path().join("uploads");
    let flags = ["--upload-limit", "1MiB", "--uploads"];
    let flags = [&flags[..], &[uploads.to_str().context("a path")?]].concat();
    let server = Finished::beside(folder, &flags)?;
    let before = server.descriptors().await?;
    let form = Form::new().file("large.bin", &vec![1; 8 << 20]);
    let answer = form.send(server.address()).await?;
    ensure!(answer.status == 413, "{answer:?}");
    ensure!(names(&uploads)?.is_empty(), "{:?}", names(&uploads)?);
    server.is_as(before).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_leaves_no_file() -> Result<()> {
    let Some(disk) = SmallDisk::mounted()? else {
        eprintln!("skipped: only root can mount a small disk");
        return Ok(());
    };
    let uploads = disk.0.path();
    let flags = ["--uploads", uploads.to_str().context("a path as text")?];
    let server = Finished::start(&flags)?;
    let before = server.descriptors().await?;
    let large = Form::new().file("large.bin", &vec![1; 4 << 20]);
    let answer = large.send(server.address()).await?;
    ensure!(answer.status == 507, "{answer:?}");
    ensure!(names(uploads)?.is_empty(), "{:?}", names(uploads)?);
    // What fits is taken as before.
    let small = Form::new().file("small.bin", &[2; 1000]);
    let answer = small.send(server.address()).await?;
    ensure!(answer.status == 201, "{answer:?}");
    server.is_as(before).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_of_exports_that_nobody_reads_to_the_end() -> Result<()> {
    let folder = Folder::new()?;
    let file = database(folder.path(), 200_000)?;
    let flags = ["--database", file.to_str().context("a path as text")?];
    let server = Finished::beside(folder, &flags)?;
    let request = Request::get("/exports/items.ndjson");
    let client = Client::new(server.address());
    // As many at once as there may be: their connections to the database stay.
    let hold = Hold::new();
    let stalled = client.clone().pace(Pace::Stalled(hold.clone()));
    let exports = (0..EXPORTS).map(|_| stalled.download(&request));
    let release = async {
        hold.reached(EXPORTS).await;
        hold.release();
    };
    let (exports, ()) = tokio::join!(join_all(exports), release);
    let mut lengths = Vec::new();
    for export in exports {
        let export = export?;
        ensure!(export.status() == 200 && export.complete(), "{export:?}");
        lengths.push(export.bytes);
    }
    let before = server.descriptors().await?;
    let leaving = client.clone().pace(Pace::Leaves(50_000));
    for _ in 0..5 {
        let left = |_| {
            let (client, request) = (leaving.clone(), request.clone());
            async move { client.download(&request).await }
        };
        for download in fleet(EXPORTS, left).await {
            let download = download?;
            ensure!(matches!(download.end, End::Left), "{:?}", download.end);
        }
    }
    server.is_as(before).await?;
    let again = client.download(&request).await?;
    ensure!(again.complete(), "{:?}", again.end);
    lengths.dedup();
    ensure!(
        lengths == [again.bytes],
        "{} and {lengths:?} bytes",
        again.bytes
    );
    Ok(())
}

/// A disk of 1 MiB. Dropped, it is gone.
struct SmallDisk(Folder);

impl SmallDisk {
    fn mounted() -> Result<Option<SmallDisk>> {
        let folder = Folder::new()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        let there = mounted.is_ok_and(|status| status.success());
        Ok(there.then_some(SmallDisk(folder)))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}
