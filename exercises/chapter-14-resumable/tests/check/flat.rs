//! Memory, and disks that are slow or full.

use lab::Steps;
use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::MIB;
use tokio::time::{Duration, sleep};

use crate::body::counted;
use crate::site::{Site, head, moment, patch};

pub async fn memory(steps: Steps) {
    let site =
        Site::with(&steps, |settings| settings.limit = 1024 * MIB);
    let length = 256 * MIB;
    let url = site.create("a.bin", Some(length)).await;
    steps.step("256 MiB in two requests");
    let mark = Mark::now();
    for (at, last) in [(0, false), (length / 2, true)] {
        let (_, body) = counted(length / 2);
        let request = patch(&url, at, last, body);
        let sent = site.begin(request);
        // A minute for a slow machine: the check has its own end.
        let answer = tokio::time::timeout(6 * crate::PATIENCE, sent);
        let answer = steps.succeeds("PATCH ends", answer.await);
        let answer = steps.succeeds("a response", answer);
        let good = [200, 201, 204];
        steps.one_of("status of PATCH", &answer.status, &good);
    }
    steps.at_most("bytes of memory at once", mark.peak(), 8 * MIB);
    steps
        .step("ten thousand questions about uploads that aren't there");
    let mark = Mark::now();
    for nth in 0..10_000_u128 {
        let request = head(&format!("/uploads/{nth:032x}"));
        let answer = site.send("HEAD", request).await;
        steps.one_of("status of HEAD", &answer.status, &[400, 404]);
    }
    let what = "bytes of memory that are kept of them";
    let kept = mark.live().max(0).unsigned_abs();
    steps.at_most(what, kept, MIB);
    let facts = std::fs::metadata(site.path("a.bin"));
    let facts = steps.succeeds("the file", facts);
    steps.equal("its length", &facts.len(), &length);
}

pub async fn slow_disk(steps: Steps) {
    let site =
        Site::with(&steps, |settings| settings.limit = 1024 * MIB);
    let url = site.create("a.bin", None).await;
    steps.step("64 MiB, while the disk takes nothing");
    let closed = site.disk.close();
    let (read, body) = counted(64 * MIB);
    let sent = site.begin(patch(&url, 0, true, body));
    steps.holds("the disk gets a chunk", site.disk.waits(1).await);
    let (mut before, mut same) = (0, 0);
    while same < 30 {
        moment().await;
        sleep(Duration::from_millis(1)).await;
        same = if read.bytes() == before { same + 1 } else { 0 };
        before = read.bytes();
    }
    let what = "bytes read from the client meanwhile";
    steps.at_most(what, read.bytes(), MIB);
    drop(closed);
    let answer = site.answered("PATCH", sent).await;
    steps.one_of("status of PATCH", &answer.status, &[200, 201, 204]);
}

pub async fn full_disk(steps: Steps) {
    let site = Site::start(&steps);
    let length = 300_000;
    let all = Payload::new(length).bytes(0..length);
    let url = site.create("a.bin", Some(length)).await;
    let mut before = 0;
    for room in [70_001, 0, 33] {
        steps.step(format!("a disk with room for {room} bytes"));
        site.disk.set_room(room);
        let rest = &all[before as usize..];
        let answer = site.append(&url, before, rest, true).await;
        steps.equal("status of PATCH", &answer.status, &507);
        let offset = site.offset(&url).await;
        steps.at_least("Upload-Offset", offset, before);
        let written = site.disk.written();
        // The disk took them, so they're in the file.
        steps.equal("Upload-Offset", &offset, &written);
        steps.equal("files", &site.names(), &Vec::<String>::new());
        before = offset;
    }
    steps.step("and with room again");
    site.disk.set_room(u64::MAX);
    site.completes(&url, "a.bin", &all).await;
}
