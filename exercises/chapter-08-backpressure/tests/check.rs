//! The checks of chapter 8, first form. Titles, reasons and hints
//! are in `checks.toml`; run them with `cargo xtask check
//! chapter-8`.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Duration;

use backpressure::{FileBody, PIECE};
use bytes::Bytes;
use http_body::Body;
use http_body_util::BodyExt;
use lab::drops::Drops;
use lab::folder::Folder;
use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::{KIB, MIB};
use lab::work::Work;
use lab::{Size, Steps};
use lab_net::client::Hold;
use lab_net::gate::Gate;
use lab_net::heartbeat::Heartbeat;
use lab_net::{Client, Pace, Request};
use naive::Config;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

#[path = "check/disk.rs"]
mod disk;
#[path = "check/program.rs"]
mod program;

use disk::Disk;

/// Ends a wait for something that does not come; nothing depends
/// on it.
const PATIENCE: Duration = Duration::from_secs(10);
/// The mark of these checks: four pieces.
const MARK: usize = 4 * PIECE;
/// How far a reader may be ahead: the mark, and the piece in its
/// hand.
const AHEAD: u64 = (MARK + PIECE) as u64;

#[test]
fn a_body_gives_exactly_its_range() {
    lab_net::check(async |steps| {
        let payload = Payload::new(MIB + 7);
        for range in [
            0..payload.length(),
            0..0,
            0..1,
            100_000..100_001,
            PIECE as u64 - 1..3 * PIECE as u64 + 1,
            payload.length() - 1..payload.length(),
        ] {
            let source = Disk::new(payload, |source| source);
            let length = range.end - range.start;
            steps.step(format!("read bytes {range:?}"));
            let mut body =
                FileBody::queued(source, range.clone(), MARK);
            let hint = body.size_hint().exact();
            steps.equal("its length", &hint, &Some(length));
            let mut verifier = payload.verifier_of(range);
            while let Some(piece) = next(&steps, &mut body).await {
                let piece = steps.succeeds("a piece", piece);
                steps.at_most("its length", piece.len(), PIECE);
                verifier.feed(&piece);
            }
            steps.succeeds("the bytes", verifier.finish());
        }
    });
}

#[test]
fn the_reader_is_at_most_the_mark_ahead() {
    lab_net::check(async |steps| {
        let payload = Payload::new(16 * MIB);
        let work = Work::new();
        let counted = work.clone();
        let source = Disk::new(payload, move |source| {
            source.counted_by(&counted)
        });
        steps.step("make a body of 16 MiB, with a mark of 256 KiB");
        let whole = 0..payload.length();
        let mut body = FileBody::queued(source, whole, MARK);
        let (mut taken, mut most) = (0, 0);
        for count in 0..8 {
            steps.step(format!("take nothing after {count} pieces"));
            settled(&work).await;
            let ahead = work.bytes() - taken;
            most = most.max(ahead);
            steps.at_most("bytes ahead", Size(ahead), Size(AHEAD));
            taken += piece(&steps, &mut body).await.len() as u64;
        }
        steps.note(format!("at most {} ahead", Size(most)));
    });
}

#[test]
fn the_first_piece_leaves_before_the_second_is_read() {
    lab_net::check(async |steps| {
        // Four pieces and no more can be read before the gate opens.
        let payload = Payload::new(16 * MIB);
        let gate = Gate::with_patience(Duration::from_secs(600));
        let closed = 4 * PIECE as u64;
        let source = Disk::new(payload, |source| source)
            .closed_from(closed, &gate);
        steps.step("make a body whose source stops after 256 KiB");
        let whole = 0..payload.length();
        let mut body = FileBody::queued(source, whole, MARK);
        steps.step("take the first piece");
        let first = timeout(PATIENCE, body.frame()).await;
        let came = matches!(first, Ok(Some(Ok(_))));
        // Before any expectation, or the reader waits on.
        gate.open();
        steps.holds("the first piece comes before the rest", came);
    });
}

#[test]
fn a_blocked_read_does_not_stop_the_heartbeat() {
    lab_net::check_on_one_thread(async |steps| {
        let payload = Payload::new(MIB);
        let gate = Gate::new();
        let behind = gate.clone();
        let source =
            Disk::new(payload, move |source| source.behind(&behind));
        let heart = Heartbeat::at(&gate);
        steps.step("make a body whose first read blocks");
        let whole = 0..payload.length();
        let mut body = FileBody::queued(source, whole, MARK);
        steps.step("take the first piece");
        piece(&steps, &mut body).await;
        steps.holds(
            "the runtime goes on while the read blocks",
            !gate.gave_up() && heart.beats_beside() > 0,
        );
    });
}

#[test]
fn the_source_is_dropped_when_the_client_leaves() {
    lab_net::check(async |steps| {
        let payload = Payload::new(64 * MIB);
        let (drops, work) = (Drops::new(), Work::new());
        let (guard, count) = (drops.clone(), work.clone());
        let source = Disk::new(payload, move |source| {
            source.guarded_by(&guard).counted_by(&count)
        });
        steps.step("make a body of 64 MiB, and take two pieces");
        let whole = 0..payload.length();
        let mut body = FileBody::queued(source, whole, MARK);
        let mut taken = 0;
        for _ in 0..2 {
            taken += piece(&steps, &mut body).await.len() as u64;
        }
        steps.step("drop the body, as a client that leaves does");
        drop(body);
        let gone = async {
            while drops.alive() > 0 {
                sleep(Duration::from_millis(1)).await;
            }
        };
        let gone = timeout(PATIENCE, gone).await;
        steps.succeeds("the source is dropped", gone);
        let ahead = work.bytes() - taken;
        steps.at_most("read ahead", Size(ahead), Size(AHEAD));
    });
}

#[test]
fn a_short_source_ends_incomplete() {
    lab_net::check(async |steps| {
        let payload = Payload::new(MIB);
        let (short, length) = (0..payload.length() + 1, 300_000);
        steps.step("read one byte more than there is");
        let source = Disk::new(payload, |source| source);
        let body = FileBody::queued(source, short, MARK);
        let kind = failure(&steps, body).await;
        steps.equal("error", &kind, &Some(ErrorKind::UnexpectedEof));

        steps.step("read from a disk that fails in the middle");
        let source = Disk::new(payload, move |source| {
            source.failing_at(length, ErrorKind::ConnectionReset)
        });
        let body = FileBody::queued(source, 0..MIB, MARK);
        let kind = failure(&steps, body).await;
        steps.equal("error", &kind, &Some(ErrorKind::ConnectionReset));
    });
}

#[test]
fn peak_memory_does_not_depend_on_the_size() {
    const LIMIT: u64 = 4 * MIB;
    lab_net::check(async |steps| {
        let folder = steps.succeeds("a folder", Folder::new());
        let payload = Payload::stamped(256 * MIB);
        let made = payload.create(folder.path(), "large.bin");
        let file = steps.succeeds("make a file of 256 MiB", made);
        let address = served(&steps, &file).await;
        let hold = Hold::new();
        let client = Client::new(address)
            .verify(payload.verifier())
            .pace(Pace::Stalled(hold.clone()));
        let request = Request::get("/download");
        steps.repeat_with(request.curl(address));
        steps.step("a client reads the head, stalls, and goes on");
        let mark = Mark::now();
        let download =
            tokio::spawn(
                async move { client.download(&request).await },
            );
        let held = timeout(PATIENCE, hold.reached(1)).await;
        steps.succeeds("the head comes", held);
        stalled(&mark).await;
        let while_stalled = mark.peak();
        hold.release();
        let download = steps.succeeds("the client", download.await);
        let download = steps.succeeds("an answer", download);
        steps.equal("status", &download.status(), &200);
        let bytes = steps.succeeds("the body", download.verdict());
        steps.equal("bytes", &bytes, &payload.length());
        steps.at_most("peak memory", Size(mark.peak()), Size(LIMIT));
        steps.note(format!(
            "peak {} KiB while stalled, {} KiB for 256 MiB",
            while_stalled / KIB,
            mark.peak() / KIB
        ));
    });
}

#[test]
fn the_program_streams_to_eight_stalled_clients() {
    lab_net::check(program::eight_stalled_clients);
}

/// The next piece, or the error in its place.
async fn next(
    steps: &Steps,
    body: &mut FileBody,
) -> Option<Result<Bytes, backpressure::BoxError>> {
    let frame = timeout(PATIENCE, body.frame()).await;
    let frame = steps.succeeds("the body goes on", frame)?;
    // A file has no trailers.
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()))
}

/// The next piece, which must be there.
async fn piece(steps: &Steps, body: &mut FileBody) -> Bytes {
    match next(steps, body).await {
        Some(piece) => steps.succeeds("a piece", piece),
        None => steps.fail("a piece", "the end of the body"),
    }
}

/// The kind of the error that ends a body. `None` when it ends as
/// if it were complete.
async fn failure(
    steps: &Steps,
    mut body: FileBody,
) -> Option<ErrorKind> {
    loop {
        match next(steps, &mut body).await? {
            Ok(_) => {}
            Err(error) => {
                let error = error.downcast_ref::<io::Error>();
                return error.map(io::Error::kind);
            }
        }
    }
}

/// Waits until nothing more is read. A reader that has not begun
/// yet looks the same: who asks often enough sees it.
async fn settled(work: &Work) {
    quiet(|| work.bytes()).await;
}

/// Waits until the heap neither grows nor shrinks.
async fn stalled(mark: &Mark) {
    quiet(|| mark.allocated()).await;
}

/// Waits until a count has been the same for thirty looks.
async fn quiet(count: impl Fn() -> u64) {
    let (mut before, mut same) = (count(), 0);
    while same < 30 {
        sleep(Duration::from_millis(1)).await;
        let now = count();
        same = if now == before { same + 1 } else { 0 };
        before = now;
    }
}

/// Serves the file in this process, where memory is counted.
async fn served(steps: &Steps, file: &Path) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = steps.succeeds("listen", listener);
    let address = listener.local_addr();
    let address = steps.succeeds("the address", address);
    let config = Config {
        listen: address,
        file: file.to_owned(),
    };
    let router = backpressure::router(config, MARK);
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}
