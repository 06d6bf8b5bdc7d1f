//! Uploads that nobody came back for.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use lab::Steps;
use resumable::remove_abandoned;
use tokio::time::{Duration, sleep, timeout};

use crate::PATIENCE;
use crate::body::Feed;
use crate::site::{Site, head, patch};

/// Sweeps, and returns how many uploads that removed.
async fn sweep(site: &Site) -> usize {
    let uploads = Arc::clone(&site.uploads);
    let swept =
        tokio::spawn(async move { remove_abandoned(&uploads).await });
    let steps = &site.steps;
    let swept = timeout(PATIENCE, swept).await;
    let swept = steps
        .succeeds("remove_abandoned returns, whoever is busy", swept);
    let swept = steps.succeeds("remove_abandoned", swept);
    steps.succeeds("remove_abandoned", swept)
}

/// Makes everything that's hidden in a folder two hours older.
fn age(folder: &Path) -> io::Result<()> {
    let before = SystemTime::now() - Duration::from_secs(2 * 60 * 60);
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            age(&path)?;
        } else {
            let file = File::options().append(true).open(path)?;
            file.set_modified(before)?;
        }
    }
    Ok(())
}

/// What counts is the last change, and not the first.
async fn changed(steps: &Steps) {
    let site = Site::start(steps);
    let url = site.create("late.bin", None).await;
    let (feed, body) = Feed::new();
    let sent = site.begin(patch(&url, 0, false, body));
    feed.send(b"123").await;
    steps.holds("a chunk is written", site.disk.has(3).await);
    let aged = age(&site.path(""));
    steps.succeeds("make the upload look old", aged);
    feed.send(b"45").await;
    steps.holds("a chunk is written", site.disk.has(5).await);
    feed.end().await;
    let answer = site.answered("PATCH", sent).await;
    steps.one_of("status of PATCH", &answer.status, &[200, 204]);
    steps.equal("uploads that are removed", &sweep(&site).await, &0);
    steps.equal("bytes that are kept", &site.offset(&url).await, &5);
    let aged = age(&site.path(""));
    steps.succeeds("make the upload look old again", aged);
    steps.equal("uploads that are removed", &sweep(&site).await, &1);
    steps.equal("uploads that are removed", &sweep(&site).await, &0);
    let answer = site.send("HEAD", head(&url)).await;
    steps.equal("status of HEAD", &answer.status, &404);
}

pub async fn removed(steps: Steps) {
    steps.step("uploads that may stay for an hour");
    let site = Site::start(&steps);
    let empty = site.create("empty.bin", None).await;
    let half = site.create("half.bin", Some(10)).await;
    site.append(&half, 0, b"12345", false).await;
    for _ in 0..3 {
        sweep(&site).await;
    }
    steps.equal("bytes that are kept", &site.offset(&half).await, &5);
    site.completes(&half, "half.bin", b"1234567890").await;
    site.completes(&empty, "empty.bin", b"").await;

    steps.step("one whose last byte came two hours after its first");
    changed(&steps).await;

    let site = Site::with(&steps, |settings| {
        settings.lifetime = Duration::from_millis(1);
    });
    steps.step("uploads that may stay for a millisecond");
    let kept = std::fs::write(site.path("old.bin"), "old");
    steps.succeeds("a file that's there", kept);
    let kept = std::fs::write(site.path(".profile"), "mine");
    steps.succeeds("a hidden file that's there", kept);
    let done = site.create("done.bin", None).await;
    site.completes(&done, "done.bin", b"done").await;
    let active = site.create("active.bin", Some(10)).await;
    let base = site.disk.written();
    let (feed, body) = Feed::new();
    let sent = site.begin(patch(&active, 0, true, body));
    feed.send(b"12345").await;
    steps.holds("a chunk is written", site.disk.has(base + 5).await);
    let empty = site.create("empty.bin", None).await;
    let half = site.create("half.bin", None).await;
    site.append(&half, 0, b"12345", false).await;
    for url in [empty, half] {
        let gone = async {
            loop {
                sweep(&site).await;
                let answer = site.send("HEAD", head(&url)).await;
                if answer.status == 404 {
                    return;
                }
                sleep(Duration::from_millis(1)).await;
            }
        };
        let gone = timeout(PATIENCE, gone).await;
        steps.holds("an abandoned upload is removed", gone.is_ok());
    }
    steps.step("one that's being written stays");
    feed.send(b"67890").await;
    feed.end().await;
    let answer = site.answered("PATCH", sent).await;
    let good = [200, 201, 204];
    steps.one_of("status of PATCH", &answer.status, &good);
    let file = site.read("active.bin");
    steps.equal_bytes("the file", &file, b"1234567890");

    steps.step("files stay, and nothing else");
    let kept = [".profile", "active.bin", "done.bin", "old.bin"];
    let only = async {
        while site.all_names() != kept {
            sweep(&site).await;
            sleep(Duration::from_millis(1)).await;
        }
    };
    let _ = timeout(PATIENCE, only).await;
    steps.equal(
        "what is in the folder",
        &site.all_names()[..],
        &kept[..],
    );
}
