//! Checks of saves that fail, and of those that are given up.

use std::future::poll_fn;
use std::io::ErrorKind;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use lab::drops::DropCounter;
use lab::payload::Payload;
use lab::size::MIB;
use lab::work::CallCounter;
use lab::{Size, Steps};
use pipelines::BoxError;
use pipelines::PipelineError::Source;
use uploads::{TemporaryFile, UploadError, save};

use crate::NONE;
use crate::desk::Deed;
use crate::saving::{
    NAME, chunks, desk, folder, gzip, incoming, limits, names, of,
    saved,
};
use crate::wait::{ended, moment, until};

/// Row 205: whatever fails, nothing has the name.
pub async fn aborted(steps: Steps) {
    let all: Vec<Bytes> =
        (0..20).map(|at| Bytes::from(vec![at; 10])).collect();
    for after in [0, 1, 5, 20] {
        steps.step(format!("the client is gone after {after} chunks"));
        for real in [false, true] {
            let folder = folder(&steps);
            let source = chunks(all[..after].to_vec(), true);
            let incoming = incoming(&steps, source);
            let saved = if real {
                let draft = TemporaryFile::create(folder.path()).await;
                let draft = steps.succeeds("a temporary file", draft);
                saved(&steps, incoming, draft, MIB).await
            } else {
                let draft = desk(&steps, &folder);
                saved(&steps, incoming, draft, MIB).await
            };
            let seen = match saved {
                Ok(_) => steps.fail("an error", "a file that is saved"),
                Err(UploadError::Pipeline(Source(cause))) => {
                    cause.to_string()
                }
                Err(error) => {
                    steps.fail("Pipeline(Source)", format!("{error:?}"))
                }
            };
            let what = "the error of the source, as it was";
            steps.equal(what, &seen.as_str(), &"a fault");
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
        let source = chunks(all.clone(), false);
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
    any_error(&steps, &all).await;
    own_errors(&steps).await;
    nothing_more(&steps).await;
    steps.step("while it is written, nothing has the name");
    let folder = folder(&steps);
    let (draft, allow) = desk(&steps, &folder).stalling();
    let source = of(Payload::new(MIB), &CallCounter::new());
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

/// What a disk or a file system can say, besides that it is full.
const KINDS: [ErrorKind; 7] = [
    ErrorKind::Unsupported,
    ErrorKind::InvalidInput,
    ErrorKind::PermissionDenied,
    ErrorKind::NotFound,
    ErrorKind::TimedOut,
    ErrorKind::UnexpectedEof,
    ErrorKind::Other,
];

/// No error is harmless, wherever it comes from and whatever its
/// kind: who ignores one says that a file is safe which is not.
async fn any_error(steps: &Steps, all: &[Bytes]) {
    for deed in [
        Deed::Write,
        Deed::Finish,
        Deed::Flush,
        Deed::Sync,
        Deed::Rename,
    ] {
        for kind in KINDS {
            steps.step(format!("an error at {deed:?}: {kind:?}"));
            let folder = folder(steps);
            let draft = desk(steps, &folder).failing(deed, kind);
            let incoming = incoming(steps, chunks(all.to_vec(), false));
            let seen = match saved(steps, incoming, draft, MIB).await {
                Ok(_) => steps.fail("an error", "a file that is saved"),
                Err(UploadError::Io(error)) => error.kind(),
                Err(error) => steps.fail("Io", format!("{error:?}")),
            };
            steps.equal("its kind", &seen, &kind);
            let gone = until(|| names(steps, &folder).is_empty()).await;
            steps.holds("nothing is left", gone);
        }
    }
}

/// The first error is the end: whoever reads what is still to come
/// does so for nobody, for as long as the client likes.
async fn nothing_more(steps: &Steps) {
    for (what, limit, fault) in [
        ("the limit", 1000, None),
        ("the limit", 3 * MIB, None),
        ("the first write", 64 * MIB, Some(Deed::Write)),
    ] {
        steps.step(format!(
            "a save that fails at {what}, with 64 MiB still to come"
        ));
        let folder = folder(steps);
        let draft = desk(steps, &folder).forgetting();
        let draft = match fault {
            Some(deed) => draft.failing(deed, ErrorKind::StorageFull),
            None => draft,
        };
        let (drops, taken) = (DropCounter::new(), CallCounter::new());
        let guard = drops.guard();
        let source = of(Payload::new(64 * MIB), &taken);
        let source = source.map(move |chunk| {
            let _ = &guard;
            chunk
        });
        let incoming = incoming(steps, source.boxed());
        let saved = saved(steps, incoming, draft, limit).await;
        steps.holds("an error", saved.is_err());
        let read = Size(taken.bytes());
        let most = if fault.is_none() { limit } else { 0 };
        let most = Size(most + MIB);
        steps.at_most("bytes read before and after it", read, most);
        let dropped = until(|| drops.alive() == 0).await;
        steps.holds("the source is dropped", dropped);
    }
}

/// What a body can fail with: its source says so, in the middle of
/// a file or before it.
fn own() -> [UploadError; 8] {
    let full = ErrorKind::StorageFull;
    [
        UploadError::TooLarge { limit: 3 },
        UploadError::TooLarge { limit: MIB },
        UploadError::Incomplete,
        UploadError::Boundary,
        UploadError::PartHead,
        UploadError::TooManyParts,
        UploadError::TooFine,
        UploadError::Io(full.into()),
    ]
}

/// The error of a source comes back as it was: the client reads its
/// status and its words.
async fn own_errors(steps: &Steps) {
    let packed = gzip(&[7; 3000]);
    let half = Bytes::copy_from_slice(&packed[..packed.len() / 2]);
    let large = Bytes::from(vec![7; 40_000]);
    for (what, before, gzipped) in [
        ("at once", vec![], false),
        ("after 3 bytes", vec![Bytes::from_static(b"abc")], false),
        ("after 80,000 bytes", vec![large; 2], false),
        ("in the middle of gzip", vec![half], true),
    ] {
        for (error, same) in own().into_iter().zip(own()) {
            let expected = format!("{error:?}");
            steps.step(format!(
                "a source that fails {what}: {expected}"
            ));
            let folder = folder(steps);
            let all = before.clone().into_iter().map(Ok);
            let all = all.chain([Err(BoxError::from(error))]);
            let source = stream::iter(all.collect::<Vec<_>>());
            let mut incoming = incoming(steps, source.boxed());
            incoming.gzip = gzipped;
            let draft = desk(steps, &folder);
            let error = match saved(steps, incoming, draft, MIB).await {
                Ok(_) => steps.fail("an error", "a file that is saved"),
                Err(error) => error,
            };
            let seen = format!("{error:?}");
            steps.equal("the same error", &seen, &expected);
            let status = error.status().as_u16();
            let expected = same.status().as_u16();
            steps.equal("its status", &status, &expected);
            let gone = until(|| names(steps, &folder).is_empty()).await;
            steps.holds("nothing is left", gone);
        }
    }
}

/// A name that is taken stays with its file.
pub async fn taken(steps: Steps) {
    for real in [false, true] {
        steps.step("save under a name that is taken");
        let folder = folder(&steps);
        let old = folder.file(NAME, b"the old one");
        steps.succeeds("a file with the name", old);
        let source = chunks(vec![Bytes::from_static(b"new")], false);
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
            let drops = DropCounter::new();
            let all = (0..3).map(|_| Bytes::from(vec![7; 40_000]));
            let source = chunks(all.collect(), false);
            let guard = drops.guard();
            let source = source
                .map(move |chunk| {
                    let _ = &guard;
                    chunk
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
    silent(&steps).await;
}

/// Dropped while its client says nothing, or while its disk takes
/// nothing: nobody would ever end a task that goes on without it.
async fn silent(steps: &Steps) {
    for (count, stalls) in
        [(0, false), (1, false), (3, false), (3, true)]
    {
        steps.step(format!(
            "{count} chunks, then silence, into a draft that {}",
            if stalls { "takes nothing" } else { "is slow" }
        ));
        let folder = folder(steps);
        let drops = DropCounter::new();
        let guard = drops.guard();
        let all = (0..count).map(|_| Ok(Bytes::from(vec![7; 40_000])));
        let source = stream::iter(all).chain(stream::pending());
        let source = source.map(move |chunk| {
            let _ = &guard;
            chunk
        });
        let incoming = incoming(steps, source.boxed());
        let draft = desk(steps, &folder).guarded_by(&drops);
        let (draft, _allow) = if stalls {
            let (draft, allow) = draft.stalling();
            (draft, Some(allow))
        } else {
            (draft, None)
        };
        let limits = limits(MIB);
        let done = polled(10, save(incoming, draft, &limits)).await;
        steps.holds("the save waits", done.is_none());
        let released = until(|| drops.alive() == 0).await;
        steps.holds("the source and the draft are dropped", released);
        let seen = names(steps, &folder);
        steps.equal("files left", &seen, &NONE);
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
