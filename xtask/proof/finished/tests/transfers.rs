//! Uploads and exports that go wrong, and what is left of them: nothing.
#![cfg(unix)]

use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use finished::{Finished, Form, database, names};
use futures_util::future::join_all;
use lab::folder::Folder;
use lab_net::client::{Client, End, Hold, Pace};
use lab_net::fleet::fleet;
use lab_net::request::Request;
use proof::harness::disk::Disk;
use rusqlite::Connection;

/// More than an export of these tests has, in bytes.
const LONGEST: usize = 1024 * 1024;
/// How many exports the server runs at once.
const EXPORTS: usize = 8;

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
    let whole = names(&uploads)?;
    ensure!(whole.iter().eq(["a.bin", "b.bin"]), "{whole:?}");
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
    let Some(disk) = Disk::mounted("size=1m")? else {
        eprintln!("skipped: only root can mount a small disk");
        return Ok(());
    };
    let uploads = disk.path();
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
async fn a_disk_without_inodes_is_told_and_leaves_no_file() -> Result<()> {
    let Some(disk) = Disk::mounted("nr_inodes=6")? else {
        eprintln!("skipped: only root can mount a small disk");
        return Ok(());
    };
    let uploads = disk.path();
    let flags = ["--uploads", uploads.to_str().context("a path as text")?];
    let server = Finished::start(&flags)?;
    let names_of = |count: usize| {
        (0..count).fold(Form::new(), |form, at| {
            form.file(&format!("{at}.bin"), b"x")
        })
    };
    // The folder of a form takes one, and each file.
    let refused = names_of(20).send(server.address()).await?;
    ensure!(refused.status == 507, "{refused:?}");
    ensure!(names(uploads)?.is_empty(), "{:?}", names(uploads)?);
    let saved = names_of(2).send(server.address()).await?;
    ensure!(saved.status == 201, "{saved:?}");
    Ok(())
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

/// Makes a database with a table `t` of so many rows, each of which says `word`.
fn say(file: &Path, word: &str, rows: usize) -> Result<()> {
    let connection = Connection::open(file)?;
    connection.execute_batch(&format!(
        "CREATE TABLE t (a TEXT);
         INSERT INTO t WITH RECURSIVE n(v) AS (SELECT 1
         UNION ALL SELECT v + 1 FROM n WHERE v < {rows})
         SELECT '{word}' FROM n"
    ))?;
    Ok(())
}

/// The lines of an export of `t`, which must be whole.
async fn lines(server: SocketAddr) -> Result<Vec<String>> {
    let mut connection = Client::new(server).connect().await?;
    let request = Request::get("/exports/t.ndjson").header("Connection", "close");
    connection.sender.send(&request.bytes(server)).await?;
    let head = connection.receiver.final_head().await?;
    ensure!(head.status == 200, "{head:?}");
    let mut body = connection.receiver.body(&head, "GET")?;
    let text = body.text(LONGEST).await?;
    Ok(text.lines().map(str::to_owned).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_export_reads_the_file_that_has_the_name_now() -> Result<()> {
    let folder = Folder::new()?;
    let file = folder.path().join("items.db");
    say(&file, "old", 2000)?;
    let flags = ["--database", file.to_str().context("a path as text")?];
    let server = Finished::beside(folder, &flags)?;
    let address = server.address();
    let first = lines(address).await?;
    ensure!(first == vec![r#"{"a":"old"}"#; 2000], "{:?}", first.first());
    // Several connections, which the server may keep; and a log.
    for lines in join_all((0..EXPORTS).map(|_| lines(address))).await {
        ensure!(lines? == first, "an export differs");
    }
    Connection::open(&file)?.execute_batch("UPDATE t SET a = 'written'")?;
    let written = lines(address).await?;
    ensure!(written == vec![r#"{"a":"written"}"#; 2000], "written");
    for round in 0..3 {
        let rows = 3000 + round;
        let next = server.folder.path().join("next.db");
        say(&next, "new", rows)?;
        std::fs::rename(&next, &file)?;
        let new = vec![r#"{"a":"new"}"#; rows];
        let seen = lines(address).await?;
        ensure!(seen == new, "{} rows, {:?}", seen.len(), seen.first());
        let at_once = join_all((0..EXPORTS).map(|_| lines(address))).await;
        for lines in at_once.into_iter().chain([lines(address).await]) {
            let seen = lines?;
            ensure!(seen == new, "{} rows, {:?}", seen.len(), seen.first());
        }
    }
    // No log of the old file spoiled the new one.
    let sound: String =
        Connection::open(&file)?
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    ensure!(sound == "ok", "{sound}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_cannot_be_written_is_served() -> Result<()> {
    for mode in ["DELETE", "WAL"] {
        let folder = Folder::new()?;
        let odd = folder.path().join("a folder, 100%?#");
        std::fs::create_dir(&odd)?;
        let file = odd.join("items.db");
        say(&file, "kept", 3000)?;
        // The last one to close it takes the log away.
        Connection::open(&file)?
            .execute_batch(&format!("PRAGMA journal_mode = {mode}"))?;
        ensure!(names(&odd)?.iter().eq(["items.db"]), "{:?}", names(&odd)?);
        let before = std::fs::read(&file)?;
        let Some(locked) = ReadOnly::new(&odd)? else {
            return Ok(());
        };
        let flags = ["--database", file.to_str().context("a path as text")?];
        let server = Finished::start(&flags)
            .with_context(|| format!("journal_mode = {mode}"))?;
        let exports = join_all((0..EXPORTS).map(|_| lines(server.address()))).await;
        for lines in exports {
            let seen = lines.with_context(|| format!("journal_mode = {mode}"))?;
            ensure!(seen == vec![r#"{"a":"kept"}"#; 3000], "{}", seen.len());
        }
        ensure!(std::fs::read(&file)? == before, "{mode}: it was written");
        ensure!(names(&odd)?.iter().eq(["items.db"]), "{:?}", names(&odd)?);
        // Before the folder around it is removed.
        drop(locked);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_cannot_be_read_is_told_at_the_start() -> Result<()> {
    let folder = Folder::new()?;
    let (made, odd) = (
        folder.path().join("made.db"),
        folder.path().join("read-only"),
    );
    std::fs::create_dir(&odd)?;
    say(&made, "old", 10)?;
    let writer = Connection::open(&made)?;
    writer.execute_batch("PRAGMA journal_mode = WAL; UPDATE t SET a = 'new'")?;
    // As a copy of a database in use is: its last changes are in the log.
    let file = odd.join("items.db");
    std::fs::copy(&made, &file)?;
    std::fs::copy(folder.path().join("made.db-wal"), odd.join("items.db-wal"))?;
    let Some(locked) = ReadOnly::new(&odd)? else {
        return Ok(());
    };
    let flags = ["--database", file.to_str().context("a path as text")?];
    let started = Finished::start(&flags);
    drop(locked);
    let error = match started {
        Ok(_) => anyhow::bail!("it was served without its last changes"),
        Err(error) => format!("{error:#}"),
    };
    ensure!(error.contains("the log beside it"), "{error}");
    Ok(())
}

/// A folder in which nothing can be written. Dropped, it can be again.
struct ReadOnly(PathBuf);

impl ReadOnly {
    /// Root may write to any file, so for root the folder is mounted for reading.
    /// `None` where even root may not mount.
    fn new(folder: &Path) -> Result<Option<ReadOnly>> {
        let folder = folder.to_owned();
        if rustix::process::geteuid().is_root() {
            for options in ["bind", "remount,bind,ro"] {
                let mount = Command::new("mount")
                    .args(["-o", options])
                    .arg(&folder)
                    .arg(&folder)
                    .output()?;
                if !mount.status.success() {
                    eprintln!("skipped: root writes everywhere, and cannot mount here");
                    return Ok(None);
                }
            }
        } else {
            for entry in std::fs::read_dir(&folder)? {
                std::fs::set_permissions(entry?.path(), Permissions::from_mode(0o444))?;
            }
            std::fs::set_permissions(&folder, Permissions::from_mode(0o555))?;
        }
        Ok(Some(ReadOnly(folder)))
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        if rustix::process::geteuid().is_root() {
            let _ = Command::new("umount").arg("-l").arg(&self.0).status();
        } else {
            let _ = std::fs::set_permissions(&self.0, Permissions::from_mode(0o755));
        }
    }
}
