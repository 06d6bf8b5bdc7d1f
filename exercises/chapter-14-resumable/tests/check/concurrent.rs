//! Two requests for one upload at the same time.

use axum::body::Body;
use bytes::Bytes;
use lab::Steps;

use crate::body::{Feed, chunks};
use crate::site::{Answer, Site, early, moment, patch};

const LENGTH: usize = 100_000;
const CHUNK: usize = 10_000;
/// What a request is told that is too late, too early, or not alone.
const REFUSED: [u16; 4] = [400, 409, 410, 423];

/// A file with nothing but this byte.
fn full_of(byte: u8) -> Vec<u8> {
    vec![byte; LENGTH]
}

pub async fn never_mixed(steps: Steps) {
    let site = Site::start(&steps);
    beside_a_write(&steps, &site).await;
    beside_a_stalled_client(&steps, &site).await;
    racing(&steps, &site).await;
    steps.step("another upload isn't held up by this one");
    let busy = site.create("busy.bin", Some(LENGTH as u64)).await;
    let free = site.create("free.bin", Some(LENGTH as u64)).await;
    let (feed, body) = Feed::new();
    let written = site.disk.written() + CHUNK as u64;
    let sent = site.begin(patch(&busy, 0, true, body));
    feed.send(&full_of(b'a')[..CHUNK]).await;
    steps.holds("a chunk is written", site.disk.has(written).await);
    site.completes(&free, "free.bin", &full_of(b'b')).await;
    drop(feed);
    site.answered("PATCH", sent).await;
    site.completes(&busy, "busy.bin", &full_of(b'a')).await;
}

/// The second one comes while the first one's chunk is on its way to
/// the disk: both have seen an offset of 0.
async fn beside_a_write(steps: &Steps, site: &Site) {
    steps.step("a second PATCH, while the first one is written");
    let url = site.create("a.bin", Some(LENGTH as u64)).await;
    let closed = site.disk.close();
    let (feed, body) = Feed::new();
    let first = site.begin(patch(&url, 0, true, body));
    feed.send(&full_of(b'a')[..CHUNK]).await;
    steps.holds("a write is under way", site.disk.waits(1).await);
    let body = Body::from(full_of(b'b'));
    let second = site.begin(patch(&url, 0, true, body));
    moment().await;
    drop(closed);
    finished(steps, site, feed, first, second).await;
    site.completes_if_it_is_not(&url, "a.bin").await;
}

/// The second one comes while the first one waits for its client.
async fn beside_a_stalled_client(steps: &Steps, site: &Site) {
    steps.step("a second PATCH, while the first one waits for more");
    let url = site.create("b.bin", Some(LENGTH as u64)).await;
    let written = site.disk.written() + CHUNK as u64;
    let (feed, body) = Feed::new();
    let first = site.begin(patch(&url, 0, true, body));
    feed.send(&full_of(b'a')[..CHUNK]).await;
    steps.holds("a chunk is written", site.disk.has(written).await);
    let body = Body::from(full_of(b'b'));
    let second = site.begin(patch(&url, 0, true, body));
    finished(steps, site, feed, first, second).await;
    site.completes_if_it_is_not(&url, "b.bin").await;
}

/// The first one sends the rest. The second one began where the first
/// one's bytes are by now, so it must be refused, now or then.
async fn finished(
    steps: &Steps,
    site: &Site,
    feed: Feed,
    first: tokio::task::JoinHandle<Answer>,
    mut second: tokio::task::JoinHandle<Answer>,
) {
    let answer = early(&mut second).await;
    for chunk in full_of(b'a')[CHUNK..].chunks(CHUNK) {
        feed.send(chunk).await;
    }
    feed.end().await;
    site.answered("the first PATCH", first).await;
    let answer = match answer {
        Some(answer) => answer,
        None => site.answered("the second PATCH", second).await,
    };
    let what = "status of the PATCH at 0, where bytes are";
    steps.one_of(what, &answer.status, &REFUSED);
}

/// Both at full speed.
async fn racing(steps: &Steps, site: &Site) {
    for round in 0..20 {
        steps.step(format!("two at full speed, round {round}"));
        let name = format!("race-{round}.bin");
        let url = site.create(&name, Some(LENGTH as u64)).await;
        let both = [b'a', b'b'].map(|byte| {
            let cuts = full_of(byte);
            let cuts = cuts.chunks(CHUNK).map(Bytes::copy_from_slice);
            let body = chunks(cuts.collect(), false);
            site.begin(patch(&url, 0, true, body))
        });
        let mut taken = 0;
        for sent in both {
            let answer = site.answered("PATCH", sent).await;
            taken += usize::from(answer.is_good());
        }
        steps.at_most("requests that completed it", taken, 1);
        let from = site.offset(&url).await as usize;
        if taken == 0 {
            let rest = &full_of(b'c')[from..];
            let answer = site.append(&url, from as u64, rest, true);
            let answer = answer.await;
            let what = "status of the rest";
            steps.one_of(what, &answer.status, &[200, 201, 204]);
        }
        let file = site.read(&name);
        steps.equal("its length", &file.len(), &LENGTH);
        let end = if taken == 0 { from } else { LENGTH };
        let (begun, rest) = file.split_at(end);
        let mixed = begun.iter().any(|byte| *byte != begun[0]);
        steps.holds("bytes of one request alone", !mixed);
        let rest = rest.iter().all(|byte| *byte == b'c');
        steps.holds("then those of the next", rest);
    }
}

impl Site {
    /// The first request may have done it already.
    async fn completes_if_it_is_not(&self, url: &str, name: &str) {
        let all = full_of(b'a');
        if self.head(url).await.complete() != Some("?1") {
            self.complete(url, &all).await;
        }
        self.steps.equal_bytes("the file", &self.read(name), &all);
    }
}
