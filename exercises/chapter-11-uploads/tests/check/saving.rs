//! Checks of `save` with drafts and sources of the checks.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt, stream};
use lab::Size;
use lab::Steps;
use lab::folder::Folder;
use lab::memory::Mark;
use lab::payload::Payload;
use lab::size::{KIB, MIB};
use lab::work::CallCounter;
use pipelines::{BoxError, Source};
use sha2::{Digest, Sha256};
use uploads::{
    Draft, Incoming, Saved, TemporaryFile, UploadError, UploadLimits,
    save,
};

use crate::NONE;
use crate::desk::{Deed, Desk};
use crate::wait::{ended, quiet, until};

/// The name that uploads of these checks get.
pub const NAME: &str = "a.bin";
const CHUNK: usize = 16 * 1024;
/// The marks of the queues of `save`: chunks that are shorter than
/// the low one are joined.
pub const LOW: u64 = 32 * KIB;
pub const HIGH: u64 = 64 * KIB;

pub fn limits(file: u64) -> UploadLimits {
    UploadLimits {
        file,
        ..UploadLimits::default()
    }
}

/// The SHA-256 of bytes, as people compare it: 64 digits.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Two digits for each byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(bytes).and(encoder.finish());
    packed.expect("memory takes it")
}

/// A file on its way in.
pub fn incoming(steps: &Steps, source: Source) -> Incoming {
    Incoming {
        name: steps.succeeds("a name", NAME.parse()),
        source,
        gzip: false,
    }
}

/// These chunks, and then perhaps an error.
pub fn chunks(chunks: Vec<Bytes>, fails: bool) -> Source {
    let error = fails.then(|| Err(BoxError::from("a fault")));
    let all = chunks.into_iter().map(Ok).chain(error);
    stream::iter(all).boxed()
}

pub fn of(payload: Payload, taken: &CallCounter) -> Source {
    of_chunks(payload, taken, CHUNK)
}

pub fn of_chunks(
    payload: Payload,
    taken: &CallCounter,
    length: usize,
) -> Source {
    let source = lab_net::source::Source::new(payload);
    let source = source.counted_by(taken).chunks(length);
    source.map(|chunk| chunk.map_err(BoxError::from)).boxed()
}

pub fn folder(steps: &Steps) -> Folder {
    steps.succeeds("a folder", Folder::new())
}

pub fn names(steps: &Steps, folder: &Folder) -> Vec<String> {
    steps.succeeds("look into the folder", folder.names())
}

pub fn desk(steps: &Steps, folder: &Folder) -> Desk {
    steps.succeeds("a draft", Desk::new(folder.path()))
}

/// Saves, with this limit for the file.
pub async fn saved<D: Draft>(
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
        let source = of(payload, &CallCounter::new());
        let saved =
            saved(&steps, incoming(&steps, source), draft, 4 * MIB)
                .await;
        let saved = steps.succeeds("save", saved);
        let read = std::fs::read(folder.path().join(NAME));
        let read = steps.succeeds("the file, at once", read);
        steps.equal_bytes("the file, at once", &read, &bytes);
        steps.equal("bytes that it tells", &saved.bytes, &length);
        steps.equal("the digest", &hex(&saved.digest), &digest(&bytes));
        let path = folder.path().join(NAME);
        steps.equal("the path", &saved.path, &path);
        steps.equal("names", &names(&steps, &folder), &[NAME]);
        let deeds = diary.deeds();
        let finished = deeds.iter().filter(|it| **it == Deed::Finish);
        steps.equal("how often it is finished", &finished.count(), &1);
        let after: Vec<Deed> = deeds
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
    let source = of(payload, &CallCounter::new());
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

/// Row 208: a draft that waits stops the source.
pub async fn slow_disk(steps: Steps) {
    steps.step("save 16 MiB in a draft that takes nothing");
    let folder = folder(&steps);
    let (draft, allow) = desk(&steps, &folder).forgetting().stalling();
    let written = draft.written.clone();
    let (taken, mark) = (CallCounter::new(), Mark::now());
    let source = of(Payload::new(16 * MIB), &taken);
    let incoming = incoming(&steps, source);
    let saving = tokio::spawn(async move {
        save(incoming, draft, &limits(16 * MIB)).await
    });
    until(|| taken.bytes() >= 2 * HIGH).await;
    quiet(|| taken.bytes()).await;
    let read = Size(taken.bytes());
    // How much it is exactly is a matter of the marks, and of a
    // check of its own.
    steps.at_most("bytes read meanwhile", read, Size(512 * KIB));
    steps.note(format!("{read} are on their way"));
    steps.step("the draft goes on");
    allow.all();
    let saved = ended(&steps, "save", saving).await;
    let saved = steps.succeeds("the task", saved);
    steps.succeeds("save", saved);
    steps.equal("bytes written", &written.bytes(), &(16 * MIB));
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
        let source = chunks(vec![packed.into()], false);
        let mut incoming = incoming(&steps, source);
        incoming.gzip = gzipped;
        let saved = saved(&steps, incoming, draft, MIB).await;
        let saved = steps.succeeds("save", saved);
        let expected = digest(&[2; 1000]);
        steps.equal("the digest", &hex(&saved.digest), &expected);
    }
}

/// Row 164: the limit is that of the file, not of its way here.
pub async fn bomb(steps: Steps) {
    let packed = gzip(&vec![0; 64 << 20]);
    let size = Size(packed.len() as u64);
    steps.step(format!("save a gzip of {size} that holds 64 MiB"));
    for chunk in [1000, packed.len()] {
        let folder = folder(&steps);
        let draft = desk(&steps, &folder).forgetting();
        let written = draft.written.clone();
        let all = packed.chunks(chunk).map(Bytes::copy_from_slice);
        let mut incoming =
            incoming(&steps, chunks(all.collect(), false));
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
    for chunk in [1, 7, two.len()] {
        let folder = folder(&steps);
        let draft = desk(&steps, &folder);
        let all = two.chunks(chunk).map(Bytes::copy_from_slice);
        let mut incoming =
            incoming(&steps, chunks(all.collect(), false));
        incoming.gzip = true;
        let saved =
            saved(&steps, incoming, draft, whole.len() as u64).await;
        let saved = steps.succeeds("save", saved);
        let read = std::fs::read(folder.path().join(NAME));
        let read = steps.succeeds("the file", read);
        steps.equal_bytes("the file", &read, &whole);
        steps.equal("the digest", &hex(&saved.digest), &digest(&whole));
        let length = whole.len() as u64;
        steps.equal("bytes that it tells", &saved.bytes, &length);
    }
    small_gzip(&steps).await;
    steps.step("save gzip that is cut");
    for length in [0, 5, 20, two.len() - 1] {
        let folder = folder(&steps);
        let draft = desk(&steps, &folder);
        let cut = Bytes::copy_from_slice(&two[..length]);
        let mut incoming = incoming(&steps, chunks(vec![cut], false));
        incoming.gzip = true;
        let saved = saved(&steps, incoming, draft, MIB).await;
        let error = match saved {
            Ok(_) => steps.fail("an error", "a file that is saved"),
            Err(error) => error,
        };
        // The client's doing.
        steps.equal("its status", &error.status().as_u16(), &400);
        let gone = until(|| names(&steps, &folder).is_empty()).await;
        steps.holds("nothing is left", gone);
    }
}

/// Row 198, in `save` itself, to the byte.
pub async fn exact_limit(steps: &Steps) {
    for (length, limit, fits) in [
        (1000, 1000, true),
        (1001, 1000, false),
        (0, 0, true),
        (1, 0, false),
        // More than 32 bits hold, and as much as 64 bits do.
        (1000, (4 << 30) + 10, true),
        (1000, u64::MAX, true),
    ] {
        let folder = folder(steps);
        let draft = desk(steps, &folder);
        let source = of(Payload::new(length), &CallCounter::new());
        let saved =
            saved(steps, incoming(steps, source), draft, limit).await;
        let what =
            format!("{length} bytes with a limit of {limit} fit");
        steps.equal(what, &saved.is_ok(), &fits);
    }
    let limits = UploadLimits {
        file: 1000,
        total: 10,
        ..UploadLimits::default()
    };
    let folder = folder(steps);
    let draft = desk(steps, &folder);
    let source = of(Payload::new(1000), &CallCounter::new());
    let saving = save(incoming(steps, source), draft, &limits);
    let saved = ended(steps, "save", saving).await;
    let what = "1000 bytes fit: the limit of all files is not `save`'s";
    steps.equal(what, &saved.is_ok(), &true);
}

/// gzip makes a short file longer: around nothing at all it is 20
/// bytes. What came does not count, only what the file has.
async fn small_gzip(steps: &Steps) {
    steps.step("save gzip that is longer than its file");
    for (length, limit, fits) in [
        (0, 0, true),
        (1, 0, false),
        (1, 1, true),
        (2, 1, false),
        (10, 10, true),
    ] {
        let folder = folder(steps);
        let draft = desk(steps, &folder);
        let packed = gzip(&vec![b'x'; length]);
        let size = packed.len();
        let source = chunks(vec![packed.into()], false);
        let mut incoming = incoming(steps, source);
        incoming.gzip = true;
        let saved = saved(steps, incoming, draft, limit).await;
        let what = format!(
            "{length} bytes, which are {size} of gzip, with a limit \
             of {limit} fit"
        );
        steps.equal(what, &saved.is_ok(), &fits);
    }
}

/// Row 159, in `save`: an empty chunk in every place.
pub async fn empty_chunks(steps: &Steps) {
    let folder = folder(steps);
    let draft = desk(steps, &folder);
    let all = ["", "a", "", "", "b", ""];
    let all =
        all.iter().map(|text| Bytes::from_static(text.as_bytes()));
    let source = chunks(all.collect(), false);
    let saved =
        saved(steps, incoming(steps, source), draft, 1000).await;
    steps.succeeds("save", saved);
    let read = std::fs::read(folder.path().join(NAME));
    let read = steps.succeeds("the file", read);
    steps.equal_bytes("the file", &read, b"ab");
}

/// Row 197, in `save`: 12 MiB pass, and a little is held.
pub async fn never_held(steps: &Steps) {
    let folder = folder(steps);
    let draft = desk(steps, &folder).forgetting();
    let written = draft.written.clone();
    let mark = Mark::now();
    let source = of(Payload::stamped(12 * MIB), &CallCounter::new());
    let saved =
        saved(steps, incoming(steps, source), draft, 12 * MIB).await;
    steps.succeeds("save", saved);
    let peak = Size(mark.peak());
    steps.equal("bytes written", &written.bytes(), &(12 * MIB));
    steps.at_most("memory for 12 MiB", peak, Size(4 * MIB));
    steps.note(format!("{peak} for 12 MiB"));
}
