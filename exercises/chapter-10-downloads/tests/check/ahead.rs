//! A check of what is read for a client that takes nothing.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::handler::Handler;
use downloads::BodyKind;
use http_body_util::BodyExt;
use lab::folder::Folder;
use lab::memory::Mark;
use lab::payload::Payload;
use lab::random::Random;
use lab::size::{KIB, MIB};
use lab::{Size, Steps};
use messages::resource_path;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::fields::{bytes_read, request};
use crate::site::downloads;

const LENGTH: u64 = 128 * MIB;
const NOISE: u64 = 16 * MIB;
/// The chunks of both bodies, in bytes; those of the direct one
/// grow only for a client that keeps up.
const CHUNK: u64 = 64 * KIB;
/// What is counted besides: the heads, the kernel's own counts.
const SLACK: u64 = 48 * KIB;

/// How a file is asked for, and what waits on its way besides the
/// reader's own queue, in bytes.
struct Asked {
    file: &'static str,
    fields: &'static [(&'static str, &'static str)],
    status: u16,
    queues: u64,
    /// Memory besides the bytes that were read.
    state: u64,
}

const ASKED: [Asked; 6] = [
    Asked {
        file: "/a.bin",
        fields: &[],
        status: 200,
        queues: 0,
        state: 0,
    },
    Asked {
        file: "/a.bin",
        fields: &[("Range", "bytes=5-")],
        status: 206,
        queues: 0,
        state: 0,
    },
    Asked {
        file: "/a.bin",
        fields: &[("Range", "bytes=0-67108863,67108900-")],
        status: 206,
        queues: 0,
        state: 0,
    },
    // A part that somebody could read at once.
    Asked {
        file: "/a.bin",
        fields: &[("Range", "bytes=5-1048580")],
        status: 206,
        queues: 0,
        state: 0,
    },
    // A part of what was compressed before.
    Asked {
        file: "/b.txt",
        fields: &[("Accept-Encoding", "gzip"), ("Range", "bytes=5-")],
        status: 206,
        queues: 0,
        state: 0,
    },
    // Two queues of 64 KiB, and chunks in the hands of gzip and of
    // whoever fills them.
    Asked {
        file: "/a.txt",
        fields: &[("Accept-Encoding", "gzip")],
        status: 200,
        queues: 8 * CHUNK,
        state: 512 * KIB,
    },
];

/// The handler's own body, without a server that has buffers.
pub async fn bounded(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let made = Payload::new(LENGTH).create(folder.path(), "a.bin");
    steps.succeeds("a file of 128 MiB", made);
    // What gzip cannot make smaller: else little would be much.
    let mut random = Random::new(10);
    let noise: Vec<u8> = (0..NOISE / 8)
        .flat_map(|_| random.number().to_le_bytes())
        .collect();
    let made = folder.file("a.txt", &noise);
    steps.succeeds("a file of 16 MiB", made);
    let made = folder.file("b.txt", b"text");
    steps.succeeds("a small file", made);
    let made = folder.file("b.txt.gz", &noise);
    steps.succeeds("its compressed form", made);
    drop(noise);
    for asked in &ASKED {
        for (kind, mark) in [
            (BodyKind::Queued, 64 * KIB),
            (BodyKind::Queued, MIB),
            (BodyKind::Direct, MIB),
        ] {
            let fields = asked.fields;
            steps.step(format!(
                "{} with {fields:?}, the body {kind:?}, and a mark of {}",
                asked.file,
                Size(mark)
            ));
            let mut downloads = downloads(&steps, folder.path());
            downloads.body = kind;
            downloads.high_water_mark = mark as usize;
            let single = resource_path(asked.file);
            downloads.single = Some(steps.succeeds("a path", single));
            stalled(&steps, downloads, asked).await;
        }
    }
    crate::bodies::lean_chunks(&steps).await;
}

/// Takes one chunk, waits until nothing is read any more, and
/// counts.
async fn stalled(
    steps: &Steps,
    downloads: downloads::Downloads,
    asked: &Asked,
) {
    let (kind, mark) =
        (downloads.body, downloads.high_water_mark as u64);
    let request = request(steps, "GET", asked.fields);
    let (memory, before) = (Mark::now(), bytes_read());
    let handler = downloads::download;
    let answer = handler.call(request, Arc::new(downloads)).await;
    steps.equal("status", &answer.status().as_u16(), &asked.status);
    let mut body = answer.into_body();
    let taken = first_bytes(steps, &mut body).await;
    let read = quiet().await.saturating_sub(before);
    let peak = memory.peak();
    let ahead = read.saturating_sub(taken);
    // gzip has a queue of its own, whatever carries the file.
    let queued = kind == BodyKind::Queued || asked.queues > 0;
    let most = if queued { mark + CHUNK } else { CHUNK };
    let most = most + asked.queues;
    steps.at_most(
        "bytes that are read ahead",
        Size(ahead),
        Size(most + SLACK),
    );
    // What was taken is gone; a chunk may be on its way.
    let most = most + 2 * CHUNK + asked.state + SLACK;
    steps.at_most("memory", Size(peak), Size(most));
    if read > 0 && kind == BodyKind::Queued && asked.queues == 0 {
        // Above the low mark, nothing is read again.
        let full = ahead + SLACK >= mark / 2;
        let what = "the queued body reads ahead";
        steps.holds(format!("{what}: {}", Size(ahead)), full);
    }
    steps.note(format!("{} ahead of {}", Size(ahead), Size(mark)));
}

/// Takes frames until some of the file was in them: the first may
/// be the head of a part, or of gzip.
async fn first_bytes(steps: &Steps, body: &mut Body) -> u64 {
    let mut taken = 0;
    while taken < KIB {
        let frame = body.frame().await;
        let frame = steps.succeeds("a chunk", frame.ok_or("the end"));
        let frame = steps.succeeds("a chunk", frame);
        taken += frame.data_ref().map_or(0, |data| data.len() as u64);
    }
    taken
}

/// Waits until as much was read for thirty looks, with a trip to
/// the blocking pool between two of them.
async fn quiet() -> u64 {
    /// What a look itself may read.
    const LOOK: u64 = 2 * KIB;
    let (mut before, mut same) = (bytes_read(), 0);
    while same < 30 {
        sleep(Duration::from_millis(1)).await;
        let _ = spawn_blocking(|| ()).await;
        let now = bytes_read();
        same = if now - before <= LOOK { same + 1 } else { 0 };
        before = now;
    }
    before
}
