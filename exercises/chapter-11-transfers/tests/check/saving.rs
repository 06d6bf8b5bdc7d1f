//! Checks of `save` with drafts and sources of the checks.

use std::future::poll_fn;
use std::io::{ErrorKind, Write};
use std::task::{Context, Poll};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt, stream};
use lab::Steps;
use lab::folder::Folder;
use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::{KIB, MIB};
use lab::work::Work;
use lab::{Size, drops::Drops};
use pipelines::{BoxError, Source};
use sha2::{Digest, Sha256};
use transfers::{
    Draft, Incoming, Saved, TemporaryFile, UploadError, UploadLimits,
    save,
};

use crate::NONE;
use crate::desk::{Deed, Desk};
use crate::wait::{ended, moment, quiet, until};

/// The name that uploads of these checks get.
const NAME: &str = "a.bin";
const PIECE: usize = 16 * 1024;

pub fn limits(file: u64) -> UploadLimits {
    UploadLimits {
        file,
        ..UploadLimits::default()
    }
}

pub fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(bytes).and(encoder.finish());
    packed.expect("memory takes it")
}

/// A file on its way in.
fn incoming(steps: &Steps, source: Source) -> Incoming {
    Incoming {
        name: steps.succeeds("a name", NAME.parse()),
        source,
        gzip: false,
    }
}

/// These pieces, and then perhaps an error.
fn pieces(pieces: Vec<Bytes>, fails: bool) -> Source {
    let error = fails.then(|| Err(BoxError::from("a fault")));
    let all = pieces.into_iter().map(Ok).chain(error);
    stream::iter(all).boxed()
}

fn of(payload: Payload, taken: &Work) -> Source {
    let source = lab_net::source::Source::new(payload);
    let source = source.counted_by(taken).pieces(PIECE);
    source.map(|piece| piece.map_err(BoxError::from)).boxed()
}

fn folder(steps: &Steps) -> Folder {
    steps.succeeds("a folder", Folder::new())
}

fn names(steps: &Steps, folder: &Folder) -> Vec<String> {
    steps.succeeds("look into the folder", folder.names())
}

fn desk(steps: &Steps, folder: &Folder) -> Desk {
    steps.succeeds("a draft", Desk::new(folder.path()))
}

/// Saves, with this limit for the file.
async fn saved<D: Draft>(
    steps: &Steps,
    incoming: Incoming,
    draft: D,
    limit: u64,
) -> Result<Saved, UploadError> {
    let limits = limits(limit);
    ended(steps, "save", save(incoming, draft, &limits)).await
}

/// Row 206: whoever is told that it is saved can read all of it.
pub async fn whole_at_the_answer(steps: Steps) {
    for length in [100_000, 0, 1, 3_000_000] {
        let payload = Payload::new(length);
        let bytes = payload.bytes(0..length);
        steps.step(format!(
            "save {} in a draft that holds back",
            Size(length)
        ));
        let folder = folder(&steps);
        let draft = desk(&steps, &folder);
        let diary = draft.diary.clone();
        let source = of(payload, &Work::new());
        let saved =
            saved(&steps, incoming(&steps, source), draft, 4 * MIB)
                .await;
        let saved = steps.succeeds("save", saved);
        let read = std::fs::read(folder.path().join(NAME));
        let read = steps.succeeds("the file, at once", read);
        steps.equal_bytes("the file, at once", &read, &bytes);
        steps.equal("bytes that it tells", &saved.bytes, &length);
        steps.equal("the digest", &saved.digest, &digest(&bytes));
        let path = folder.path().join(NAME);
        steps.equal("the path", &saved.path, &path);
        steps.equal("names", &names(&steps, &folder), &[NAME]);
        let after: Vec<Deed> = diary
            .deeds()
            .iter()
            .copied()
            .filter(|deed| *deed != Deed::Finish)
            .collect();
        let order = [Deed::Flush, Deed::Sync, Deed::Rename];
        steps.equal("what was done, in order", &&*after, &&order[..]);
    }

    steps.step("save in a real file");
    let folder = folder(&steps);
    let payload = Payload::new(5_000_000);
    let draft = TemporaryFile::create(folder.path()).await;
    let draft = steps.succeeds("a temporary file", draft);
    let hidden = names(&steps, &folder);
    let hides = hidden.iter().all(|name| name.starts_with('.'));
    steps.holds("its name begins with a dot", hides);
    let source = of(payload, &Work::new());
    let saved =
        saved(&steps, incoming(&steps, source), draft, 8 * MIB).await;
    let saved = steps.succeeds("save", saved);
    let read = std::fs::read(folder.path().join(NAME));
    let read = steps.succeeds("the file, at once", read);
    let bytes = payload.bytes(0..5_000_000);
    steps.equal_bytes("the file, at once", &read, &bytes);
    steps.equal("bytes that it tells", &saved.bytes, &5_000_000);
    steps.equal("names", &names(&steps, &folder), &[NAME]);
}

/// Row 205: whatever fails, nothing has the name.
pub async fn aborted(steps: Steps) {
    let all: Vec<Bytes> =
        (0..20).map(|at| Bytes::from(vec![at; 10])).collect();
    for after in [0, 1, 5, 20] {
        steps.step(format!("the client is gone after {after} pieces"));
        for real in [false, true] {
            let folder = folder(&steps);
            let source = pieces(all[..after].to_vec(), true);
            let incoming = incoming(&steps, source);
            let saved = if real {
                let draft = TemporaryFile::create(folder.path()).await;
                let draft = steps.succeeds("a temporary file", draft);
                saved(&steps, incoming, draft, MIB).await
            } else {
                let draft = desk(&steps, &folder);
                saved(&steps, incoming, draft, MIB).await
            };
            let refused = matches!(
                saved,
                Err(UploadError::Pipeline(
                    pipelines::PipelineError::Source(_)
                ))
            );
            steps.holds("the error of the source", refused);
            let gone =
                until(|| names(&steps, &folder).is_empty()).await;
            let seen = names(&steps, &folder);
            steps.equal("files that are left", &seen, &NONE);
            steps.holds("all are gone", gone);
        }
    }
    for deed in [
        Deed::Write,
        Deed::Finish,
        Deed::Flush,
        Deed::Sync,
        Deed::Rename,
    ] {
        steps.step(format!("the disk is full at: {deed:?}"));
        let folder = folder(&steps);
        let draft =
            desk(&steps, &folder).failing(deed, ErrorKind::StorageFull);
        let source = pieces(all.clone(), false);
        let saved =
            saved(&steps, incoming(&steps, source), draft, MIB).await;
        let error = match saved {
            Ok(_) => steps.fail("an error", "a file that is saved"),
            Err(error) => error,
        };
        steps.equal("its status", &error.status().as_u16(), &507);
        let gone = until(|| names(&steps, &folder).is_empty()).await;
        steps.holds("nothing is left", gone);
    }
    steps.step("while it is written, nothing has the name");
    let folder = folder(&steps);
    let (draft, allow) = desk(&steps, &folder).stalling();
    let source = of(Payload::new(MIB), &Work::new());
    let incoming = incoming(&steps, source);
    let saving = tokio::spawn(async move {
        save(incoming, draft, &limits(2 * MIB)).await
    });
    moment().await;
    let seen = names(&steps, &folder);
    steps.holds("no file yet", !seen.contains(&NAME.to_owned()));
    allow.all();
    let saved = ended(&steps, "save", saving).await;
    let saved = steps.succeeds("the task", saved);
    steps.succeeds("save", saved);
}

/// A name that is taken stays with its file.
pub async fn taken(steps: Steps) {
    for real in [false, true] {
        steps.step("save under a name that is taken");
        let folder = folder(&steps);
        let old = folder.file(NAME, b"the old one");
        steps.succeeds("a file with the name", old);
        let source = pieces(vec![Bytes::from_static(b"new")], false);
        let incoming = incoming(&steps, source);
        let saved = if real {
            let draft = TemporaryFile::create(folder.path()).await;
            let draft = steps.succeeds("a temporary file", draft);
            saved(&steps, incoming, draft, MIB).await
        } else {
            let draft = desk(&steps, &folder);
            saved(&steps, incoming, draft, MIB).await
        };
        let exists = match &saved {
            Err(UploadError::Exists(name)) => name == NAME,
            _ => false,
        };
        steps.holds("the error Exists, with the name", exists);
        let read = std::fs::read(folder.path().join(NAME));
        let read = steps.succeeds("the old file", read);
        steps.equal_bytes("the old file", &read, b"the old one");
        let one = until(|| names(&steps, &folder).len() == 1).await;
        steps.holds("no other file is left", one);
    }
}

/// Row 230: dropped after each number of polls.
pub async fn cancelled(steps: Steps) {
    for real in [false, true] {
        let kind = if real { "a real file" } else { "a slow draft" };
        steps.step(format!("drop a save into {kind} at every wait"));
        let mut polls = 0;
        loop {
            let folder = folder(&steps);
            let drops = Drops::new();
            let all = (0..3).map(|_| Bytes::from(vec![7; 40_000]));
            let source = pieces(all.collect(), false);
            let guard = drops.guard();
            let source = source
                .map(move |piece| {
                    let _ = &guard;
                    piece
                })
                .boxed();
            let incoming = incoming(&steps, source);
            let limits = limits(MIB);
            let done = if real {
                let draft = TemporaryFile::create(folder.path()).await;
                let draft = steps.succeeds("a temporary file", draft);
                polled(polls, save(incoming, draft, &limits)).await
            } else {
                let draft = desk(&steps, &folder).guarded_by(&drops);
                polled(polls, save(incoming, draft, &limits)).await
            };
            if let Some(saved) = done {
                steps.succeeds("save", saved);
                steps.note(format!("{polls} waits, into {kind}"));
                break;
            }
            let released = until(|| drops.alive() == 0).await;
            let what = format!("all is dropped after {polls} polls");
            steps.holds(what, released);
            let gone =
                until(|| names(&steps, &folder).is_empty()).await;
            let seen = names(&steps, &folder);
            let what = format!("files left after {polls} polls");
            steps.equal(what, &seen, &NONE);
            steps.holds("all are gone", gone);
            polls += 1;
            steps.at_most("polls of one save", polls, 2000);
        }
    }
}

/// Polls a future so many times, with time for others after each;
/// its output if it came to an end.
async fn polled<F: Future>(
    times: usize,
    future: F,
) -> Option<F::Output> {
    let mut future = Box::pin(future);
    for _ in 0..times {
        let once = |context: &mut Context<'_>| {
            Poll::Ready(future.as_mut().poll(context))
        };
        let poll = poll_fn(once).await;
        if let Poll::Ready(output) = poll {
            return Some(output);
        }
        moment().await;
    }
    None
}

/// Row 208: a draft that waits stops the source.
pub async fn slow_disk(steps: Steps) {
    steps.step("save 16 MiB in a draft that takes nothing");
    let folder = folder(&steps);
    let (draft, allow) = desk(&steps, &folder).forgetting().stalling();
    let written = draft.written.clone();
    let (taken, mark) = (Work::new(), Mark::now());
    let source = of(Payload::new(16 * MIB), &taken);
    let incoming = incoming(&steps, source);
    let saving = tokio::spawn(async move {
        save(incoming, draft, &limits(16 * MIB)).await
    });
    quiet(|| taken.bytes()).await;
    let read = Size(taken.bytes());
    steps.at_most("bytes read meanwhile", read, Size(512 * KIB));
    steps.note(format!("{read} are on their way"));
    steps.step("the draft goes on");
    allow.all();
    let saved = ended(&steps, "save", saving).await;
    let saved = steps.succeeds("the task", saved);
    let saved = steps.succeeds("save", saved);
    steps.equal("bytes written", &written.bytes(), &(16 * MIB));
    steps.equal("bytes of an empty file", &saved.bytes, &0);
    let peak = Size(mark.peak());
    steps.at_most("memory for 16 MiB", peak, Size(4 * MIB));
}

/// Row 210: the digest is that of the bytes on their way.
pub async fn one_pass(steps: Steps) {
    for gzipped in [false, true] {
        steps.step("save, and put other bytes into the file");
        let folder = folder(&steps);
        let draft = desk(&steps, &folder).swapping(&[1; 1000]);
        let packed = if gzipped {
            gzip(&[2; 1000])
        } else {
            vec![2; 1000]
        };
        let source = pieces(vec![packed.into()], false);
        let mut incoming = incoming(&steps, source);
        incoming.gzip = gzipped;
        let saved = saved(&steps, incoming, draft, MIB).await;
        let saved = steps.succeeds("save", saved);
        let expected = digest(&[2; 1000]);
        steps.equal("the digest", &saved.digest, &expected);
    }
}

/// Row 164: the limit is that of the file, not of its way here.
pub async fn bomb(steps: Steps) {
    let packed = gzip(&vec![0; 64 << 20]);
    let size = Size(packed.len() as u64);
    steps.step(format!("save a gzip of {size} that holds 64 MiB"));
    for piece in [1000, packed.len()] {
        let folder = folder(&steps);
        let draft = desk(&steps, &folder).forgetting();
        let written = draft.written.clone();
        let all = packed.chunks(piece).map(Bytes::copy_from_slice);
        let mut incoming =
            incoming(&steps, pieces(all.collect(), false));
        incoming.gzip = true;
        let mark = Mark::now();
        let saved = saved(&steps, incoming, draft, MIB).await;
        let peak = Size(mark.peak());
        let limit = match saved {
            Err(UploadError::TooLarge { limit }) => limit,
            other => steps.fail("TooLarge", format!("{other:?}")),
        };
        steps.equal("the limit that it names", &limit, &MIB);
        let written = Size(written.bytes());
        steps.at_most("bytes written", written, Size(MIB));
        steps.at_most("memory", peak, Size(4 * MIB));
        steps.equal("names", &names(&steps, &folder), &NONE);
    }
    steps.step("save gzip within the limit, cut anywhere");
    let text = b"the same line again\n".repeat(2000);
    let two = [gzip(&text), gzip(b"a second member")].concat();
    let whole = [&*text, b"a second member"].concat();
    for piece in [1, 7, two.len()] {
        let folder = folder(&steps);
        let draft = desk(&steps, &folder);
        let all = two.chunks(piece).map(Bytes::copy_from_slice);
        let mut incoming =
            incoming(&steps, pieces(all.collect(), false));
        incoming.gzip = true;
        let saved =
            saved(&steps, incoming, draft, whole.len() as u64).await;
        let saved = steps.succeeds("save", saved);
        let read = std::fs::read(folder.path().join(NAME));
        let read = steps.succeeds("the file", read);
        steps.equal_bytes("the file", &read, &whole);
        steps.equal("the digest", &saved.digest, &digest(&whole));
    }
    steps.step("save gzip that is cut");
    for length in [0, 5, 20, two.len() - 1] {
        let folder = folder(&steps);
        let draft = desk(&steps, &folder);
        let cut = Bytes::copy_from_slice(&two[..length]);
        let mut incoming = incoming(&steps, pieces(vec![cut], false));
        incoming.gzip = true;
        let saved = saved(&steps, incoming, draft, MIB).await;
        steps.holds("an error", saved.is_err());
        let gone = until(|| names(&steps, &folder).is_empty()).await;
        steps.holds("nothing is left", gone);
    }
}

/// Row 198, in `save` itself, to the byte.
pub async fn exact_limit(steps: &Steps) {
    for (length, fits) in [(1000, true), (1001, false)] {
        let folder = folder(steps);
        let draft = desk(steps, &folder);
        let source = of(Payload::new(length), &Work::new());
        let saved =
            saved(steps, incoming(steps, source), draft, 1000).await;
        let what = format!("{length} bytes with a limit of 1000 fit");
        steps.equal(what, &saved.is_ok(), &fits);
    }
}

/// Row 159, in `save`: an empty piece in every place.
pub async fn empty_pieces(steps: &Steps) {
    let folder = folder(steps);
    let draft = desk(steps, &folder);
    let all = ["", "a", "", "", "b", ""];
    let all =
        all.iter().map(|text| Bytes::from_static(text.as_bytes()));
    let source = pieces(all.collect(), false);
    let saved =
        saved(steps, incoming(steps, source), draft, 1000).await;
    steps.succeeds("save", saved);
    let read = std::fs::read(folder.path().join(NAME));
    let read = steps.succeeds("the file", read);
    steps.equal_bytes("the file", &read, b"ab");
}

/// Row 197, in `save`: 32 MiB pass, and a little is held.
pub async fn never_held(steps: &Steps) {
    let folder = folder(steps);
    let draft = desk(steps, &folder).forgetting();
    let written = draft.written.clone();
    let mark = Mark::now();
    let source = of(Payload::stamped(32 * MIB), &Work::new());
    let saved =
        saved(steps, incoming(steps, source), draft, 32 * MIB).await;
    steps.succeeds("save", saved);
    let peak = Size(mark.peak());
    steps.equal("bytes written", &written.bytes(), &(32 * MIB));
    steps.at_most("memory for 32 MiB", peak, Size(4 * MIB));
    steps.note(format!("{peak} for 32 MiB"));
}
