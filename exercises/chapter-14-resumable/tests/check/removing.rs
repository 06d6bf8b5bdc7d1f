//! Clients that give an upload up.

use lab::Steps;

use crate::body::Feed;
use crate::site::{Site, delete, early, head, patch, post};

pub async fn removed(steps: Steps) {
    let site = Site::start(&steps);
    let none = Vec::<String>::new();
    steps.step("an upload that's half there");
    let url = site.create("a.bin", Some(10)).await;
    site.append(&url, 0, b"12345", false).await;
    let answer = site.send("DELETE", delete(&url)).await;
    steps.equal("status of DELETE", &answer.status, &204);
    let answer = site.send("HEAD", head(&url)).await;
    steps.equal("status of HEAD", &answer.status, &404);
    let answer = site.append(&url, 5, b"67890", true).await;
    steps.equal("status of PATCH", &answer.status, &404);
    let answer = site.send("DELETE", delete(&url)).await;
    steps.equal("status of another DELETE", &answer.status, &404);
    steps.equal("what is in the folder", &site.all_names(), &none);

    steps.step("an upload that never began, because it's too long");
    let answer = site.send("POST", post("b.bin", Some(2 << 20))).await;
    steps.equal("status of POST", &answer.status, &413);
    steps.equal("what is in the folder", &site.all_names(), &none);

    for written in [false, true] {
        let when = if written { "waits" } else { "writes" };
        steps.step(format!("DELETE while a PATCH {when}"));
        let name = format!("{when}.bin");
        let url = site.create(&name, Some(10)).await;
        let base = site.disk.written();
        let closed = (!written).then(|| site.disk.close());
        let (feed, body) = Feed::new();
        let sent = site.begin(patch(&url, 0, true, body));
        feed.send(b"12345").await;
        let there = if written {
            site.disk.has(base + 5).await
        } else {
            site.disk.waits(1).await
        };
        steps.holds("the disk gets a chunk", there);
        let mut deleted = site.begin(delete(&url));
        let answer = early(&mut deleted).await;
        drop(closed);
        feed.send(b"67890").await;
        feed.end().await;
        let appended = site.answered("PATCH", sent).await;
        let answer = match answer {
            Some(answer) => answer,
            None => site.answered("DELETE", deleted).await,
        };
        let gone = answer.status == 204;
        let is_busy = [409, 423].contains(&answer.status);
        steps.holds("DELETE gets 204, 409 or 423", gone || is_busy);
        if appended.is_good() {
            let read = site.read(&name);
            steps.equal_bytes("the file", &read, b"1234567890");
            let moved = std::fs::remove_file(site.path(&name));
            steps.succeeds("take it away", moved);
        } else {
            let what = "files of a PATCH that was refused";
            steps.equal(what, &site.names(), &none);
        }
        if !gone {
            let answer = site.send("DELETE", delete(&url)).await;
            let what = "status of DELETE afterwards";
            steps.one_of(what, &answer.status, &[204, 404]);
        }
        let answer = site.send("HEAD", head(&url)).await;
        steps.equal("status of HEAD", &answer.status, &404);
        let left = site.all_names();
        steps.equal("what is left in the folder", &left, &none);
    }
}
