//! Surroundings that fail: the log's reader, the standard streams, descriptors, the
//! terminal. The server serves all the same.
#![cfg(target_os = "linux")]

use std::fs::{File, OpenOptions};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use finished::{Finished, Form, LARGE, exchange, hang_up, terminate};
use lab::folder::Folder;
use lab_net::client::{Client, Hold, Pace};
use lab_net::request::Request;

/// For a server that ends.
const END: Duration = Duration::from_secs(60);
/// More lines than a pipe and the queue before it hold.
const REQUESTS: usize = 3_000;

/// A pipe with a name, held open on both ends by the one who gets the file.
fn pipe(path: &Path) -> Result<File> {
    let mode = rustix::fs::Mode::from(0o600);
    rustix::fs::mkfifoat(rustix::fs::CWD, path, mode)?;
    Ok(OpenOptions::new().read(true).write(true).open(path)?)
}

/// Downloads, uploads, and is terminated, as if nothing were wrong.
async fn works(mut server: Finished) -> Result<()> {
    let address = server.address();
    let download = server.download(Pace::Fast).await?;
    ensure!(download.complete(), "{:?}", download.end);
    let saved = Form::new()
        .file("a.bin", b"ten bytes!")
        .send(address)
        .await?;
    ensure!(saved.status == 201, "an upload gets {}", saved.status);
    let nothing = Client::new(address)
        .download(&Request::get("/none"))
        .await?;
    ensure!(nothing.status() == 404, "{}", nothing.status());
    terminate(&server.server)?;
    let status = server.server.wait(END);
    ensure!(status.and_then(|it| it.code()) == Some(0), "{status:?}");
    Ok(())
}

/// A free port, most likely still free when the server starts.
fn free() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_cannot_be_written_stops_nobody() -> Result<()> {
    for format in ["text", "json"] {
        for line in [
            // A disk that is full.
            "exec \"$@\" 2>/dev/full",
            // A reader that died.
            "mkfifo log && exec \"$@\" 9<>log 2>log 9>&-",
            // Streams that are closed.
            "exec \"$@\" 2>&- <&-",
        ] {
            let folder = Folder::new()?;
            let uploads = folder.path().join("uploads").display().to_string();
            let line = format!("cd '{}' && {line}", folder.path().display());
            let flags = ["--log", format, "--log-details", "--uploads", &uploads];
            let server = Finished::under(&line, folder, &flags)?;
            works(server).await?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_full_disk_swallows_is_counted() -> Result<()> {
    let folder = Folder::new()?;
    let flags = ["--log", "json"];
    let server = Finished::under("exec \"$@\" 2>/dev/full", folder, &flags)?;
    for _ in 0..10 {
        server.download(Pace::Fast).await?;
    }
    server
        .settles("ten lost lines", |numbers| {
            Ok(numbers.get("log_lines_lost_total")? == 10.0)
        })
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_reader_that_stopped_reading_stops_nobody() -> Result<()> {
    let folder = Folder::new()?;
    let path = folder.path().join("log");
    let held = pipe(&path)?;
    let line = format!("exec \"$@\" 2>'{}'", path.display());
    let uploads = folder.path().join("uploads").display().to_string();
    let flags = ["--log", "text", "--uploads", &uploads];
    let server = Finished::under(&line, folder, &flags)?;
    let address = server.address();
    let request = b"GET /files/none HTTP/1.1\r\nHost: a\r\n\r\n";
    let last = b"GET /files/none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let all = [request.repeat(REQUESTS - 1).as_slice(), last].concat();
    let said = exchange(address, &all).await?;
    let answered = said.text().matches("HTTP/1.1 404").count();
    ensure!(answered == REQUESTS, "{answered} responses");
    let lost = server.numbers().await?.get("log_lines_lost_total")?;
    ensure!(lost > 0.0, "nothing is counted");
    works(server).await?;
    drop(held);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn standard_output_without_a_reader_stops_nobody() -> Result<()> {
    for output in [">/dev/full", ">&-", "9<>gone >gone 9>&-"] {
        let folder = Folder::new()?;
        let address = free()?;
        let uploads = folder.path().join("uploads").display().to_string();
        let line = format!(
            "cd '{}' && echo http://{address} && mkfifo gone && exec \"$@\" {output}",
            folder.path().display()
        );
        let listen = address.to_string();
        let flags = ["--listen", &listen, "--uploads", &uploads];
        let server = Finished::under(&line, folder, &flags)?;
        while Client::new(address).connect().await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        works(server).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_soft_limit_of_descriptors_is_raised() -> Result<()> {
    let line = "ulimit -Sn 48; exec \"$@\"";
    let server = Finished::under(line, Folder::new()?, &[])?;
    let hold = Hold::new();
    let crowd = server.crowd(100, Pace::Stalled(hold.clone()));
    hold.reached(100).await;
    hold.release();
    for download in crowd.await? {
        let bytes = download?.verdict().map_err(anyhow::Error::msg)?;
        ensure!(bytes == LARGE, "{bytes} bytes");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scarce_descriptors_are_told_and_survived() -> Result<()> {
    let line = "ulimit -n 48; exec \"$@\"";
    for format in ["text", "json", "off"] {
        let flags = ["--log", format, "--connections", "1000"];
        let server = Finished::under(line, Folder::new()?, &flags)?;
        // Before requests push the line out of what is kept.
        server
            .settles("a warning", |_| {
                let lines = server.server.lines();
                let told = |line: &String| {
                    line.contains("3064") && line.contains("--connections")
                };
                Ok(lines.iter().any(told))
            })
            .await
            .with_context(|| format!("{format}: {:#?}", server.server.lines()))?;
        let hold = Hold::new();
        let crowd = server.crowd(60, Pace::Stalled(hold.clone()));
        hold.reached(10).await;
        hold.release();
        crowd.await?;
        let download = server.download(Pace::Fast).await?;
        ensure!(download.complete(), "{format}: {:?}", download.end);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_that_is_closed_lets_downloads_finish() -> Result<()> {
    // The tests themselves may run under `nohup`.
    let line = "exec env --default-signal=HUP \"$@\"";
    let mut server = Finished::under(line, Folder::new()?, &[])?;
    let hold = Hold::new();
    let download = tokio::spawn(server.download(Pace::Stalled(hold.clone())));
    hold.reached(1).await;
    hang_up(&server.server)?;
    hold.release();
    let download = download.await??;
    ensure!(download.complete(), "{:?}", download.end);
    let status = server.server.wait(END);
    ensure!(status.and_then(|it| it.code()) == Some(0), "{status:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_nohup_a_closed_terminal_changes_nothing() -> Result<()> {
    let line = "trap '' HUP; exec \"$@\"";
    let mut server = Finished::under(line, Folder::new()?, &[])?;
    hang_up(&server.server)?;
    let download = server.download(Pace::Fast).await?;
    ensure!(download.complete(), "{:?}", download.end);
    ensure!(server.server.ended().is_none(), "it has ended");
    Ok(())
}
