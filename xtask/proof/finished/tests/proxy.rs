//! The finished server behind nginx as a distribution has it. Where nginx is not
//! installed, this is skipped with a word; in CI it is there.
#![cfg(unix)]

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use finished::{Finished, Form, HUGE, LARGE, database, terminate};
use lab::folder::Folder;
use lab::payload::Payload;
use lab_net::client::{Client, Download, End, Hold, Pace};
use lab_net::request::Request;
use programs::nginx::{self, Nginx};

/// A proxy that passes on what comes, as it comes.
const STREAMED: &str = "proxy_buffering off;";
/// For a server that ends: it ends by its own limits long before.
const END: Duration = Duration::from_secs(120);

/// nginx in front of a server. Fields are dropped in their order: nginx first.
struct Proxied {
    nginx: Nginx,
    finished: Finished,
    _folder: Folder,
}

impl Proxied {
    /// `None` where nginx is not installed.
    fn start(flags: &[&str], buffering: &str) -> Result<Option<Proxied>> {
        let kept = "proxy_http_version 1.1; proxy_set_header Connection \"\";";
        Proxied::with(flags, &format!("{kept} {buffering}"))
    }

    /// The same with these settings of the proxy; without any, it speaks HTTP/1.0 and
    /// buffers, as it comes.
    fn with(flags: &[&str], settings: &str) -> Result<Option<Proxied>> {
        if nginx::version().is_none() {
            ensure!(std::env::var_os("CI").is_none(), "CI needs nginx");
            eprintln!("skipped: nginx is not installed");
            return Ok(None);
        }
        let finished = Finished::start(flags)?;
        let folder = Folder::new()?;
        let upstream = finished.address();
        let http = format!("upstream finished {{ server {upstream}; keepalive 4; }}");
        let location = format!(
            "location / {{ proxy_pass http://finished; proxy_set_header Host \
             $http_host; client_max_body_size 0; {settings} }}"
        );
        let nginx = Nginx::start(folder.path(), &http, &location)?;
        Ok(Some(Proxied {
            nginx,
            finished,
            _folder: folder,
        }))
    }

    fn address(&self) -> SocketAddr {
        self.nginx.address()
    }

    /// `/files/huge.bin`, every coded byte of it looked at.
    async fn download(&self, pace: Pace) -> Result<Download> {
        let client = Client::new(self.address()).pace(pace);
        let client = client.verify(Payload::new(HUGE).verifier());
        Ok(client.download(&Request::get("/files/huge.bin")).await?)
    }
}

fn whole(download: Result<Download>, length: u64) -> Result<()> {
    let bytes = download?.verdict().map_err(anyhow::Error::msg)?;
    ensure!(bytes == length, "{bytes} bytes");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_range_is_what_was_asked_for() -> Result<()> {
    let Some(proxied) = Proxied::start(&[], STREAMED)? else {
        return Ok(());
    };
    let range = 1_000_000..LARGE - 7;
    let expected = Payload::new(LARGE).verifier_of(range.clone());
    let client = Client::new(proxied.address()).verify(expected);
    let field = format!("bytes={}-{}", range.start, range.end - 1);
    let request = Request::get("/files/large.bin").header("Range", &field);
    let download = client.download(&request).await?;
    ensure!(download.status() == 206, "{}", download.status());
    let place = download.head.header("Content-Range");
    let length = LARGE;
    let wanted = format!("bytes {}-{}/{length}", range.start, range.end - 1);
    ensure!(place == Some(wanted.as_str()), "{place:?}");
    let bytes = download.verdict().map_err(anyhow::Error::msg)?;
    ensure!(bytes == range.end - range.start, "{bytes} bytes");
    // The validator of an answer is good for the next question.
    let tag = download.head.header("ETag").context("a validator")?;
    let request = Request::get("/files/large.bin").header("If-None-Match", tag);
    let download = Client::new(proxied.address()).download(&request).await?;
    ensure!(download.status() == 304, "{}", download.status());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_proxy_keeps_its_connections() -> Result<()> {
    let Some(proxied) = Proxied::start(&[], STREAMED)? else {
        return Ok(());
    };
    let client = Client::new(proxied.address());
    let mut connection = client.connect().await?;
    for _ in 0..100 {
        let request = Request::get("/files/small.bin");
        let download = client.download_over(&mut connection, &request).await?;
        download.verdict().map_err(anyhow::Error::msg)?;
    }
    let opened = proxied.finished.numbers().await?.get("connections_total")?;
    // nginx has two workers; one more connection asks for the numbers.
    ensure!(opened <= 4.0, "{opened} connections for 100 requests");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_leaves_the_proxy_ends_the_reading() -> Result<()> {
    let Some(proxied) = Proxied::start(&[], STREAMED)? else {
        return Ok(());
    };
    let download = proxied.download(Pace::Leaves(100_000)).await?;
    ensure!(matches!(download.end, End::Left), "{:?}", download.end);
    proxied
        .finished
        .settles("one body that was cut", |numbers| {
            Ok(numbers.get("transfers_cut_total")? == 1.0
                && numbers.get("bytes_in_flight")? == 0.0)
        })
        .await?;
    whole(proxied.download(Pace::Fast).await, HUGE)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn backpressure_goes_through_a_proxy_that_does_not_buffer() -> Result<()> {
    let Some(proxied) = Proxied::start(&[], STREAMED)? else {
        return Ok(());
    };
    let hold = Hold::new();
    let (stalled, released) = (proxied.download(Pace::Stalled(hold.clone())), async {
        hold.reached(1).await;
        // Another body goes through meanwhile: the first had all the time it needs.
        let other = proxied.download(Pace::Fast).await;
        let numbers = proxied.finished.numbers().await;
        hold.release();
        (other, numbers)
    });
    let (stalled, (other, numbers)) = tokio::join!(stalled, released);
    whole(other, HUGE)?;
    let numbers = numbers?;
    ensure!(
        numbers.get("transfers_complete_total")? == 1.0,
        "the body of the stalled client was pulled to its end"
    );
    whole(stalled, HUGE)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_buffers_takes_everything() -> Result<()> {
    // nginx as it is without a word about buffering: what the page warns of.
    let Some(proxied) = Proxied::start(&[], "")? else {
        return Ok(());
    };
    let hold = Hold::new();
    let (stalled, taken) = (proxied.download(Pace::Stalled(hold.clone())), async {
        hold.reached(1).await;
        let taken = proxied.finished.settles("a body in the proxy", |numbers| {
            Ok(numbers.get("transfers_complete_total")? == 1.0)
        });
        let taken = taken.await;
        hold.release();
        taken
    });
    let (stalled, taken) = tokio::join!(stalled, taken);
    taken?;
    whole(stalled, HUGE)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shutdown_behind_the_proxy_cuts_nobody() -> Result<()> {
    let Some(mut proxied) = Proxied::start(&[], STREAMED)? else {
        return Ok(());
    };
    let address = proxied.address();
    let client = Client::new(address).pace(Pace::Rate(8 << 20));
    let client = client.verify(Payload::new(LARGE).verifier());
    let download = tokio::spawn(async move {
        let request = Request::get("/files/large.bin");
        anyhow::Ok(client.download(&request).await?)
    });
    proxied
        .finished
        .settles("a body on its way", |numbers| {
            Ok(numbers.get("transfers_started_total")? == 1.0)
        })
        .await?;
    terminate(&proxied.finished.server)?;
    whole(download.await?, LARGE)?;
    let status = proxied.finished.server.wait(END);
    ensure!(status.and_then(|it| it.code()) == Some(0), "{status:?}");
    // Nobody is behind the proxy any more, and the client hears it from the proxy.
    let answer = Client::new(address)
        .download(&Request::get("/healthz"))
        .await?;
    ensure!(answer.status() == 502, "{}", answer.status());
    Ok(())
}

/// How nginx may be set: as it came before 1.29.7, as a streaming proxy should be, and
/// between.
const SETTINGS: [&str; 4] = [
    "proxy_http_version 1.0;",
    STREAMED,
    "proxy_http_version 1.1;",
    "proxy_http_version 1.1; proxy_buffering off; proxy_request_buffering off;",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_that_breaks_off_fails_behind_every_proxy() -> Result<()> {
    for settings in SETTINGS {
        let folder = Folder::new()?;
        let file = database(folder.path(), 100_000)?;
        let whole = file.display().to_string();
        let Some(proxied) = Proxied::with(&["--database", &whole], settings)? else {
            return Ok(());
        };
        let request = Request::get("/exports/items.csv");
        let client = Client::new(proxied.address());
        let download = client.download(&request).await?;
        ensure!(download.complete(), "{settings:?}: {:?}", download.end);
        // Its first half can still be read.
        let length = std::fs::metadata(&file)?.len();
        let mut opened = std::fs::OpenOptions::new().write(true).open(&file)?;
        std::io::Seek::seek(
            &mut opened,
            std::io::SeekFrom::Start(length / 2 / 4096 * 4096),
        )?;
        std::io::Write::write_all(&mut opened, &[0xff; 64 * 1024])?;
        let download = client.download(&request).await?;
        ensure!(!download.complete(), "{settings:?}: it looks complete");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ordinary_requests_pass_every_proxy() -> Result<()> {
    for settings in SETTINGS {
        let folder = Folder::new()?;
        let uploads = folder.path().join("uploads").display().to_string();
        let Some(proxied) = Proxied::with(&["--uploads", &uploads], settings)? else {
            return Ok(());
        };
        let address = proxied.address();
        whole(proxied.download(Pace::Fast).await, HUGE)?;
        let saved = Form::new()
            .file("a.bin", &[7; 500_000])
            .send(address)
            .await?;
        ensure!(saved.status == 201, "{settings:?}: {}", saved.status);
        let again = Form::new()
            .file("a.bin", &[7; 500_000])
            .send(address)
            .await?;
        ensure!(again.status == 409, "{settings:?}: {}", again.status);
        let range = Request::get("/files/large.bin").header("Range", "bytes=-10");
        let download = Client::new(address).download(&range).await?;
        ensure!(
            download.status() == 206,
            "{settings:?}: {}",
            download.status()
        );
        ensure!(
            download.bytes == 10,
            "{settings:?}: {} bytes",
            download.bytes
        );
    }
    Ok(())
}
