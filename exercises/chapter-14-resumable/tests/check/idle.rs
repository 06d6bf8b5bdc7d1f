//! Clients that stop in the middle.

use lab::Steps;
use tokio::time::{Duration, sleep};

use crate::body::Feed;
use crate::site::{Site, patch};

const IDLE: Duration = Duration::from_secs(30);

/// The clock stands still here, and jumps when everything waits.
pub async fn dropped(steps: Steps) {
    let site = Site::with(&steps, |settings| settings.idle = IDLE);
    let all: Vec<u8> = (0..100).collect();
    let url = site.create("a.bin", Some(100)).await;
    steps.step("ten bytes every 20 seconds, of 30 that it may take");
    let (feed, body) = Feed::new();
    let sent = site.begin(patch(&url, 0, false, body));
    for chunk in all[..50].chunks(10) {
        sleep(Duration::from_secs(20)).await;
        feed.send(chunk).await;
    }
    feed.end().await;
    let answer = steps.succeeds("PATCH", sent.await);
    steps.one_of("status of PATCH", &answer.status, &[200, 204]);

    steps.step("ten bytes, and then nothing");
    let (feed, body) = Feed::new();
    let sent = site.begin(patch(&url, 50, true, body));
    feed.send(&all[50..60]).await;
    let late = tokio::time::timeout(100 * IDLE, sent).await;
    let answer = steps.succeeds("a response, without an end", late);
    let answer = steps.succeeds("PATCH", answer);
    steps.equal("status of PATCH", &answer.status, &408);

    steps.step("nothing at all");
    let (silent, body) = Feed::new();
    let sent = site.begin(patch(&url, 60, false, body));
    let late = tokio::time::timeout(100 * IDLE, sent).await;
    let answer = steps.succeeds("a response, without a byte", late);
    let answer = steps.succeeds("PATCH", answer);
    steps.equal("status of PATCH", &answer.status, &408);
    drop(silent);

    steps.step("the client is back");
    let answer = steps
        .succeeds("HEAD", site.begin(crate::site::head(&url)).await);
    steps.equal("Upload-Offset", &answer.offset(), &Some(60));
    let body = axum::body::Body::from(all[60..].to_vec());
    let sent = site.begin(patch(&url, 60, true, body)).await;
    let answer = steps.succeeds("PATCH", sent);
    steps.one_of("status of PATCH", &answer.status, &[200, 201, 204]);
    steps.equal_bytes("the file", &site.read("a.bin"), &all);
    drop(feed);
}
