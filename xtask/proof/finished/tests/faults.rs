//! Clients that misbehave, and what is left of them: nothing.
#![cfg(unix)]

use std::fs::File;
use std::time::Duration;

use anyhow::{Result, ensure};
use finished::{Finished, LARGE, descriptors, interrupt, terminate};
use lab_net::client::{Client, Download, End, Hold, Pace};
use lab_net::fleet::fleet;
use lab_net::request::Request;

/// How much more may be resident while 200 clients are stalled, in bytes: the default
/// mark, the chunk at hand and what hyper holds of each.
const CROWDED: u64 = 48 << 20;
/// For a server that ends: it ends by its own limits long before.
const END: Duration = Duration::from_secs(120);

fn whole(download: Result<Download>) -> Result<()> {
    let bytes = download?.verdict().map_err(anyhow::Error::msg)?;
    ensure!(bytes == LARGE, "{bytes} bytes");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_of_fifty_clients_that_leave() -> Result<()> {
    for body in ["queued", "direct"] {
        let server = Finished::start(&["--body", body])?;
        let before = server.descriptors().await?;
        let left = |index: usize| {
            // Some leave in the first chunk, some long after it; and all of them so
            // early that the rest does not fit into the kernel's buffers.
            let bytes = (index as u64 + 1) * 80_000;
            server.download(Pace::Leaves(bytes))
        };
        for download in fleet(50, left).await {
            ensure!(matches!(download?.end, End::Left), "a client did not leave");
        }
        server.is_as(before).await?;
        let cut = server.numbers().await?.get("transfers_cut_total")?;
        ensure!(cut == 50.0, "{cut} bodies were cut");
        whole(server.download(Pace::Fast).await)?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_stalled_clients_hold_little_and_go_on() -> Result<()> {
    for body in ["queued", "direct"] {
        let server = Finished::start(&["--body", body])?;
        let before = server.descriptors().await?;
        let resident = server.server.resident();
        let hold = Hold::new();
        let crowd = server.crowd(200, Pace::Stalled(hold.clone()));
        hold.reached(200).await;
        whole(server.download(Pace::Fast).await)?;
        // The kernel's buffers are full now, or fill no more.
        if let Some((now, then)) = server.server.resident().zip(resident) {
            let more = now.saturating_sub(then);
            ensure!(more <= CROWDED, "{body}: {} MiB more", more >> 20);
        }
        hold.release();
        for download in crowd.await? {
            whole(download)?;
        }
        server.is_as(before).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_clients_that_never_read_are_let_go() -> Result<()> {
    let flags = ["--write-timeout", "1s"];
    let server = Finished::start(&flags)?;
    let before = server.descriptors().await?;
    let hold = Hold::new();
    let crowd = server.crowd(200, Pace::Stalled(hold.clone()));
    hold.reached(200).await;
    whole(server.download(Pace::Rate(8 << 20)).await)?;
    server.is_as(before).await?;
    let cut = server.numbers().await?.get("transfers_cut_total")?;
    ensure!(cut == 200.0, "{cut} bodies were cut");
    hold.release();
    for download in crowd.await? {
        ensure!(!download?.complete(), "a client cannot have everything");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_heads_that_never_end_are_let_go() -> Result<()> {
    let flags = ["--header-timeout", "1s", "--idle-timeout", "1s"];
    let server = Finished::start(&flags)?;
    let before = server.descriptors().await?;
    let address = server.address();
    let slow = move |_| async move {
        let mut connection = Client::new(address).connect().await?;
        let head = b"GET /files/small.bin HTTP/1.1\r\nHost: a\r\nX-";
        connection.sender.send(head).await?;
        loop {
            // A byte now and then: whoever counts silence only, waits forever.
            tokio::time::sleep(Duration::from_millis(100)).await;
            if connection.sender.send(b"a").await.is_err() {
                return anyhow::Ok(());
            }
        }
    };
    let crowd = tokio::spawn(fleet(200, slow));
    whole(server.download(Pace::Rate(8 << 20)).await)?;
    for gone in crowd.await? {
        gone?;
    }
    server.is_as(before).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_cut_short_never_looks_whole() -> Result<()> {
    for body in ["queued", "direct"] {
        let server = Finished::start(&["--body", body])?;
        let before = server.descriptors().await?;
        let hold = Hold::new();
        let download = tokio::spawn(server.download(Pace::Stalled(hold.clone())));
        hold.reached(1).await;
        let path = server.folder.path().join("files/large.bin");
        File::options().write(true).open(path)?.set_len(LARGE / 8)?;
        hold.release();
        let download = download.await??;
        ensure!(!download.complete(), "{body}: it looks complete");
        server.is_as(before).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_load_a_signal_lets_downloads_finish() -> Result<()> {
    let mut server = Finished::start(&[])?;
    let downloads = server.crowd(8, Pace::Rate(8 << 20));
    server
        .settles("eight bodies on their way", |numbers| {
            Ok(numbers.get("transfers_started_total")? == 8.0)
        })
        .await?;
    terminate(&server.server)?;
    for download in downloads.await? {
        whole(download)?;
    }
    let status = server.server.wait(END);
    ensure!(
        status.and_then(|it| it.code()) == Some(0),
        "{status:?}\n{:#?}",
        server.server.lines()
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_the_deadline_what_is_stalled_is_cut_and_counted() -> Result<()> {
    let mut server = Finished::start(&["--drain-timeout", "2s"])?;
    let hold = Hold::new();
    let crowd = server.crowd(3, Pace::Stalled(hold.clone()));
    hold.reached(3).await;
    terminate(&server.server)?;
    let status = server.server.wait(END);
    let lines = server.server.lines();
    ensure!(
        status.and_then(|it| it.code()) == Some(1),
        "{status:?}\n{lines:#?}"
    );
    let told = lines.iter().any(|line| line.contains("3 cut"));
    ensure!(told, "it does not say how many were cut: {lines:#?}");
    hold.release();
    for download in crowd.await? {
        ensure!(
            !download?.complete(),
            "a download that was cut looks complete"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_signal_cuts_at_once() -> Result<()> {
    // Its deadline is far beyond this test's.
    let mut server = Finished::start(&["--drain-timeout", "1h"])?;
    let hold = Hold::new();
    let stalled = tokio::spawn(server.download(Pace::Stalled(hold.clone())));
    hold.reached(1).await;
    interrupt(&server.server)?;
    // It refuses connections before it can hear the second.
    let address = server.address();
    while Client::new(address).connect().await.is_ok() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    interrupt(&server.server)?;
    let status = server.server.wait(END);
    ensure!(status.and_then(|it| it.code()) == Some(1), "{status:?}");
    hold.release();
    ensure!(!stalled.await??.complete(), "it looks complete");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_that_is_taken_is_named() -> Result<()> {
    let server = Finished::start(&[])?;
    let address = server.address().to_string();
    let second = Finished::start(&["--listen", &address]);
    let error = format!("{:?}", second.err());
    ensure!(error.contains(&address), "{error}");
    let request = Request::get("/healthz");
    let answer = Client::new(server.address()).download(&request).await?;
    ensure!(answer.status() == 200, "{}", answer.status());
    ensure!(
        descriptors(&server.server).is_none_or(|open| open > 0),
        "it runs"
    );
    Ok(())
}
