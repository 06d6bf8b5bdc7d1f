//! Connections that break, and the bytes that came before.

use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use lab::Steps;
use lab::payload::Payload;
use tokio::task::yield_now;
use tokio::time::{Duration, sleep, timeout};

use crate::PATIENCE;

use crate::body::{Feed, chunks};
use crate::limits::announced;
use crate::site::{Site, early, head, moment, patch};

const LENGTH: u64 = 20_000;
const CHUNK: usize = 1000;

fn payload() -> Vec<u8> {
    Payload::new(LENGTH).bytes(0..LENGTH)
}

fn cut(bytes: &[u8]) -> Vec<Bytes> {
    bytes.chunks(CHUNK).map(Bytes::copy_from_slice).collect()
}

pub async fn kept(steps: Steps) {
    let site = Site::start(&steps);
    let all = payload();
    let url = site.create("a.bin", Some(LENGTH)).await;
    let mut before = 0;
    for more in [1, 3, 0, 7, 2] {
        steps.step(format!(
            "a body that breaks off after {more} chunks"
        ));
        let to = before + more * CHUNK;
        let body = chunks(cut(&all[before..to]), true);
        let request = patch(&url, before as u64, true, body);
        let answer = site.send("PATCH", request).await;
        let what = "the response says success";
        steps.equal(what, &answer.is_good(), &false);
        let offset = site.offset(&url).await;
        steps.equal("bytes that are kept", &offset, &(to as u64));
        steps.equal("files", &site.names(), &Vec::<String>::new());
        before = to;
    }
    site.completes(&url, "a.bin", &all).await;

    steps.step("a client that's gone for good after a chunk");
    let url = site.create("b.bin", Some(LENGTH)).await;
    let (feed, body) = Feed::new();
    let sent = site.begin(patch(&url, 0, true, body));
    feed.send(&all[..CHUNK]).await;
    let written = site.disk.has(LENGTH + CHUNK as u64).await;
    steps.holds("the chunk is written before the next one", written);
    sent.abort();
    drop(feed);
    let offset = site.offset(&url).await;
    steps.equal("bytes that are kept", &offset, &(CHUNK as u64));
    site.completes(&url, "b.bin", &all).await;

    steps.step("a length that was said by a PATCH that broke");
    let url = site.create("c.bin", None).await;
    let (feed, body) = Feed::new();
    let request = announced(&url, 0, 100, body);
    let sent = site.begin(request);
    let written = site.disk.written() + 10;
    feed.send(&[b'x'; 10]).await;
    steps.holds("10 bytes are written", site.disk.has(written).await);
    drop(feed);
    site.answered("PATCH", sent).await;
    let head = site.head(&url).await;
    let length = head.header("Upload-Length");
    steps.equal("Upload-Length", &length, &Some("100"));
    let offset = head.offset();
    steps.equal("Upload-Offset", &offset, &Some(10));
    site.completes(&url, "c.bin", &[b'x'; 100]).await;
}

pub async fn no_more_than_written(steps: Steps) {
    let site = Site::start(&steps);
    let all = payload();
    let url = site.create("a.bin", Some(LENGTH)).await;
    steps.step("ask while the disk has nothing yet");
    let closed = site.disk.close();
    let (feed, body) = Feed::new();
    let sent = site.begin(patch(&url, 0, true, body));
    feed.send(&all[..CHUNK]).await;
    steps.holds("the disk gets the chunk", site.disk.waits(1).await);
    let mut asked = site.begin(head(&url));
    if let Some(answer) = early(&mut asked).await
        && answer.is_good()
    {
        let offset = answer.offset().unwrap_or(u64::MAX);
        steps.at_most("Upload-Offset, of 0 bytes written", offset, 0);
    }
    steps.step("and when it has them");
    drop(closed);
    feed.send(&all[CHUNK..2 * CHUNK]).await;
    drop(feed);
    site.answered("PATCH", sent).await;
    if !asked.is_finished() {
        let answer = site.answered("HEAD", asked).await;
        let offset = answer.offset().unwrap_or(0);
        let written = site.disk.written();
        steps.at_most("Upload-Offset", offset, written);
    }
    let offset = site.offset(&url).await;
    let written = site.disk.written();
    steps.equal("Upload-Offset at last", &offset, &written);
    site.completes(&url, "a.bin", &all).await;

    steps.step("a request that's all there, while the disk waits");
    let url = site.create("b.bin", Some(LENGTH)).await;
    let closed = site.disk.close();
    let body = chunks(cut(&all), false);
    let mut sent = site.begin(patch(&url, 0, true, body));
    steps.holds("the disk gets a chunk", site.disk.waits(1).await);
    let answer = early(&mut sent).await;
    let good = answer.is_some_and(|answer| answer.is_good());
    steps.holds("no success before the disk has the bytes", !good);
    drop(closed);
    if !sent.is_finished() {
        site.answered("PATCH", sent).await;
    }
    steps.equal_bytes("the file", &site.read("b.bin"), &all);

    steps.step("a disk that fails in the middle of a chunk");
    let url = site.create("c.bin", Some(LENGTH)).await;
    let before = site.disk.written();
    site.disk.set_room(1234);
    let body = chunks(cut(&all), false);
    let answer = site.send("PATCH", patch(&url, 0, false, body)).await;
    let written = site.disk.written() - before;
    let said = answer.offset().unwrap_or(0);
    steps.at_most("Upload-Offset of PATCH", said, written);
    let said = site.head(&url).await.offset().unwrap_or(0);
    steps.at_most("Upload-Offset of HEAD", said, written);
}

pub async fn outlived(steps: Steps) {
    let site = Site::start(&steps);
    let all = payload();
    for (nth, chunks_before) in [0, 1, 4].into_iter().enumerate() {
        steps.step(format!(
            "a handler that is dropped while chunk {} is written",
            chunks_before + 1
        ));
        let name = format!("{nth}.bin");
        let url = site.create(&name, Some(LENGTH)).await;
        let base = site.disk.written();
        let (feed, body) = Feed::new();
        let sent = site.begin(patch(&url, 0, true, body));
        for chunk in cut(&all[..chunks_before * CHUNK]) {
            feed.send(&chunk).await;
        }
        let whole = (chunks_before * CHUNK) as u64;
        let written = site.disk.has(base + whole).await;
        steps.holds("the chunks before are written", written);
        let closed = site.disk.close();
        feed.send(&all[chunks_before * CHUNK..][..CHUNK]).await;
        steps.holds("a write is under way", site.disk.waits(1).await);
        sent.abort();
        drop(feed);
        let coming_back = async {
            loop {
                let offset = site.offset(&url).await;
                let rest = &all[offset as usize..];
                let answer = site.append(&url, offset, rest, true);
                let status = answer.await.status;
                // The older write has the upload, or has moved it on.
                if ![409, 423].contains(&status) {
                    return status;
                }
                sleep(Duration::from_millis(1)).await;
            }
        };
        let coming_back = async {
            match timeout(PATIENCE, coming_back).await {
                Ok(status) => status,
                Err(_) => {
                    steps.fail("the client may continue", "never")
                }
            }
        };
        let released = async {
            moment().await;
            drop(closed);
        };
        let (status, ()) = tokio::join!(coming_back, released);
        let good = [200, 201, 204];
        steps.one_of("status of the rest", &status, &good);
        steps.equal_bytes("the file", &site.read(&name), &all);
    }
    for polls in 0..40 {
        steps.step(format!(
            "a handler that is dropped after {polls} polls"
        ));
        let name = format!("after-{polls}.bin");
        let url = site.create(&name, Some(LENGTH)).await;
        let body = chunks(cut(&all), true);
        let request = patch(&url, 0, false, body);
        drop_after(polls, site.handle(request)).await;
        let mut tries = 0;
        while site.names().iter().all(|there| *there != name) {
            tries += 1;
            steps.at_most("attempts to continue", tries, 1000);
            let offset = site.offset(&url).await;
            let rest = &all[offset as usize..];
            let answer = site.append(&url, offset, rest, true).await;
            // One that still runs has moved it on.
            let fine =
                answer.is_good() || [409, 423].contains(&answer.status);
            steps.holds("the rest is taken, or comes too early", fine);
        }
        steps.equal_bytes("the file", &site.read(&name), &all);
    }
}

/// Polls a future so often, and drops it.
async fn drop_after(polls: usize, future: impl Future) {
    let mut future = pin!(future);
    for _ in 0..polls {
        let done = std::future::poll_fn(|context| {
            Poll::Ready(future.as_mut().poll(context).is_ready())
        });
        if done.await {
            return;
        }
        moment_of_the_pool().await;
    }
}

/// Lets the blocking pool go on, or not.
async fn moment_of_the_pool() {
    yield_now().await;
    let _ = tokio::task::spawn_blocking(|| ()).await;
}
