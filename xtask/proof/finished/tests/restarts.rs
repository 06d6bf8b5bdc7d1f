//! A server that is killed, and what its next start finds.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use finished::{Finished, Form, database, exchange, names};
use lab::folder::Folder;
use lab_net::client::{Hold, Pace};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

struct Site {
    _folder: Folder,
    uploads: PathBuf,
}

impl Site {
    fn new() -> Result<Site> {
        let folder = Folder::new()?;
        let uploads = folder.path().join("uploads");
        fs::create_dir(&uploads)?;
        Ok(Site {
            _folder: folder,
            uploads,
        })
    }

    /// Another server in a folder of its own, that saves in the same place.
    fn start(&self) -> Result<Finished> {
        let uploads = self.uploads.to_str().context("a path as text")?;
        Finished::start(&["--uploads", uploads])
    }
}

/// Waits until something is on its way into the folder.
async fn begun(folder: &Path) -> Result<()> {
    while names(folder)?.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_server_leaves_is_cleared_at_the_next_start() -> Result<()> {
    let site = Site::new()?;
    let form = Form::new()
        .file("a.bin", &[7; 100_000])
        .file("b.bin", &[8; 100_000]);
    for bare in [false, true] {
        let server = site.start()?;
        let request = if bare {
            let head = "POST /files?name=c.bin HTTP/1.1\r\nHost: a\r\n\
                        Content-Length: 200000\r\n\r\n";
            [head.as_bytes(), &[9; 150_000]].concat()
        } else {
            let whole = form.bytes(server.address());
            whole[..whole.len() - 20_000].to_vec()
        };
        let mut client = TcpStream::connect(server.address()).await?;
        client.write_all(&request).await?;
        begun(&site.uploads).await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let visible = names(&site.uploads)?;
        let hidden = visible.iter().all(|name| name.starts_with('.'));
        ensure!(hidden, "a form is not complete, and there is {visible:?}");
        server.server.stop()?;
        let left = names(&site.uploads)?;
        ensure!(!left.is_empty(), "nothing was on its way");
        let again = site.start()?;
        let left = names(&site.uploads)?;
        ensure!(left.is_empty(), "the next server leaves {left:?}");
        let saved = form.send(again.address()).await?;
        ensure!(saved.status == 201, "{}", saved.status);
        for name in ["a.bin", "b.bin"] {
            fs::remove_file(site.uploads.join(name))?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_form_that_was_complete_is_published_at_the_next_start() -> Result<()> {
    let site = Site::new()?;
    // As if the server had been killed after the first of two names.
    let decided = site.uploads.join(".commit-0123456789abcdef");
    fs::create_dir(&decided)?;
    fs::write(decided.join("a.txt"), "a")?;
    fs::write(decided.join("b.txt"), "b")?;
    fs::hard_link(decided.join("a.txt"), site.uploads.join("a.txt"))?;
    let server = site.start()?;
    let found = names(&site.uploads)?;
    let both: BTreeSet<_> = ["a.txt".into(), "b.txt".into()].into();
    ensure!(found == both, "{found:?}");
    drop(server);
    // A name that somebody else has by now: then none of them.
    fs::create_dir(&decided)?;
    for name in ["c.txt", "a.txt", "d.txt"] {
        fs::write(decided.join(name), "new")?;
    }
    fs::hard_link(decided.join("c.txt"), site.uploads.join("c.txt"))?;
    let server = site.start()?;
    ensure!(names(&site.uploads)? == both, "{:?}", names(&site.uploads)?);
    ensure!(
        fs::read(site.uploads.join("a.txt"))? == b"a",
        "a file was replaced"
    );
    drop(server);
    Ok(())
}

#[tokio::test]
async fn files_of_the_operator_are_no_leftovers() -> Result<()> {
    let site = Site::new()?;
    let at = |name: &str| site.uploads.join(name);
    fs::create_dir_all(at(".commit-templates/inner"))?;
    fs::create_dir(at(".upload-archive"))?;
    for name in [
        ".upload-notes",
        ".commit-0123456789abcdef",
        ".upload-0123456789abcdefg",
        ".upload-0123456789abcdeg",
        ".commit-templates/a.txt",
        ".upload-archive/b.txt",
    ] {
        fs::write(at(name), "mine")?;
    }
    let before = names(&site.uploads)?;
    let server = site.start()?;
    ensure!(
        names(&site.uploads)? == before,
        "{:?}",
        names(&site.uploads)?
    );
    ensure!(at(".commit-templates/a.txt").exists(), "a template is gone");
    ensure!(at(".upload-archive/b.txt").exists(), "an archive is gone");
    drop(server);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_clears_nothing_of_the_first() -> Result<()> {
    let site = Site::new()?;
    let first = site.start()?;
    let mut client = TcpStream::connect(first.address()).await?;
    let head = b"POST /files?name=a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                 Content-Length: 4\r\n\r\n";
    client.write_all(head).await?;
    client.write_all(b"ab").await?;
    begun(&site.uploads).await?;
    let second = site.start()?;
    client.write_all(b"cd").await?;
    let mut said = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut client, &mut said).await?;
    ensure!(said.contains(" 201 "), "{said}");
    ensure!(fs::read(site.uploads.join("a"))? == b"abcd", "another file");
    drop(second);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_a_request_has_made_goes_with_it() -> Result<()> {
    let site = Site::new()?;
    let server = site.start()?;
    let address = server.address();
    // Form A has sent a whole file, and is not complete.
    let form = Form::new()
        .file("report.txt", b"of a")
        .file("other.txt", b"");
    let request = form.bytes(address);
    let mut slow = TcpStream::connect(address).await?;
    slow.write_all(&request[..request.len() - 40]).await?;
    begun(&site.uploads).await?;
    tokio::time::sleep(Duration::from_millis(100)).await;
    // Meanwhile B saves under the same name, and A disconnects.
    let saved = Form::new()
        .file("report.txt", b"of b")
        .send(address)
        .await?;
    ensure!(saved.status == 201, "{}", saved.status);
    drop(slow);
    while names(&site.uploads)?.len() > 1 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let kept = fs::read(site.uploads.join("report.txt"))?;
    ensure!(kept == b"of b", "{kept:?}");
    // And a form whose name was taken meanwhile publishes none of its files.
    let mut slow = TcpStream::connect(address).await?;
    let form = Form::new().file("x.txt", b"of c").file("y.txt", b"of c");
    let request = form.bytes(address);
    let (start, end) = request.split_at(request.len() - 40);
    slow.write_all(start).await?;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let saved = Form::new().file("y.txt", b"of d").send(address).await?;
    ensure!(saved.status == 201, "{}", saved.status);
    slow.write_all(end).await?;
    let mut said = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut slow, &mut said).await?;
    ensure!(said.contains(" 409 "), "{said}");
    let left = names(&site.uploads)?;
    let expected: BTreeSet<_> = ["report.txt".into(), "y.txt".into()].into();
    ensure!(left == expected, "{left:?}");
    ensure!(fs::read(site.uploads.join("y.txt"))? == b"of d", "replaced");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_never_looks_as_if_it_had_sent_all() -> Result<()> {
    let folder = Folder::new()?;
    let file = database(folder.path(), 200_000)?;
    let file = file.to_str().context("a path as text")?.to_owned();
    for target in ["/files/huge.bin", "/exports/items.csv"] {
        let server = Finished::start(&["--database", &file])?;
        let address = server.address();
        let hold = Hold::new();
        let client =
            lab_net::client::Client::new(address).pace(Pace::Stalled(hold.clone()));
        let download = tokio::spawn(async move {
            let request = lab_net::request::Request::get(target);
            client.download(&request).await
        });
        hold.reached(1).await;
        server.server.stop()?;
        hold.release();
        let download = download.await??;
        ensure!(!download.complete(), "{target} looks complete");
    }
    // And the database is as it was.
    let server = Finished::start(&["--database", &file])?;
    let request = b"GET /exports/items.csv HTTP/1.0\r\n\r\n";
    let said = exchange(server.address(), request).await?;
    let rows = said.text().lines().count();
    ensure!(rows > 200_000, "{rows} lines");
    Ok(())
}
