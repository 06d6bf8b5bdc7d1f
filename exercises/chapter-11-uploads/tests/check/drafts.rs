//! Checks of the draft: a file that has no name yet.

use std::fs;
use std::future::poll_fn;
use std::path::Path;
use std::task::{Context, Poll};

use bytes::Bytes;
use lab::Steps;
use lab::folder::Folder;
use pipelines::Sink;
use tokio::runtime::Builder;
use tokio::task::{spawn_blocking, yield_now};
use uploads::{Draft, FileName, TemporaryFile};

use crate::NONE;
use crate::wait::until;

fn names(steps: &Steps, folder: &Path) -> Vec<String> {
    let list = || {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            names.push(name.to_string_lossy().into_owned());
        }
        names.sort();
        Ok::<_, std::io::Error>(names)
    };
    steps.succeeds("look into the folder", list())
}

async fn draft(steps: &Steps, folder: &Path) -> TemporaryFile {
    let draft = TemporaryFile::create(folder).await;
    let mut draft = steps.succeeds("a draft", draft);
    let written = draft.write(Bytes::from_static(b"hello")).await;
    steps.succeeds("write", written);
    steps.succeeds("flush", draft.flush().await);
    draft
}

fn name(steps: &Steps, text: &str) -> FileName {
    steps.succeeds("a name", text.parse())
}

/// A draft is hidden until it gets its name, and then it stays.
pub async fn named(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let folder = folder.path();
    steps.step("two drafts in one folder");
    let mut first = draft(&steps, folder).await;
    let second = draft(&steps, folder).await;
    let seen = names(&steps, folder);
    steps.equal("files", &seen.len(), &2);
    for name in &seen {
        let hidden = name.starts_with(".upload-");
        steps.holds(format!("{name} is a draft's name"), hidden);
        steps.equal("its length", &name.len(), &24);
    }
    drop(second);
    let gone = until(|| names(&steps, folder).len() == 1).await;
    steps.holds("the draft that was dropped is gone", gone);
    steps.step("give the first one its name");
    let name = name(&steps, "a.txt");
    let path = steps.succeeds("rename", first.rename(&name).await);
    let expected = folder.join("a.txt");
    steps.equal("the path it returns", &path, &expected);
    steps.equal("its own path", &first.path(), &&*expected);
    // Elsewhere the first name may stay for as long as the file is open.
    if cfg!(unix) {
        steps.equal("files", &names(&steps, folder)[..], &["a.txt"]);
    }
    steps.step("drop it: what has its name stays");
    drop(first);
    until(|| names(&steps, folder).len() == 1).await;
    steps.equal("files", &names(&steps, folder)[..], &["a.txt"]);
    let read = steps.succeeds("read it", fs::read(&expected));
    steps.equal_bytes("its bytes", &read, b"hello");
    steps.step("another draft asks for the same name");
    let mut other = draft(&steps, folder).await;
    let renamed = other.rename(&name).await.map_err(|it| it.kind());
    let taken = Err(std::io::ErrorKind::AlreadyExists);
    steps.equal("rename", &renamed, &taken);
    drop(other);
    let gone = until(|| names(&steps, folder) == ["a.txt"]).await;
    steps.holds("the other draft is gone, and a.txt is not", gone);
    renamed_again(&steps, folder).await;
}

/// A rename that fails changes nothing, and one that succeeds is the
/// last.
async fn renamed_again(steps: &Steps, folder: &Path) {
    steps.step("a draft whose first name is taken gets another one");
    let (taken, free) = (name(steps, "a.txt"), name(steps, "b.txt"));
    let mut draft = draft(steps, folder).await;
    let hidden = draft.path().to_owned();
    let renamed = draft.rename(&taken).await.map_err(|it| it.kind());
    let exists = Err(std::io::ErrorKind::AlreadyExists);
    steps.equal("rename to a.txt", &renamed, &exists);
    steps.equal("its path", &draft.path(), &&*hidden);
    steps.holds("a file at its path", hidden.exists());
    let path = draft.rename(&free).await;
    let path = steps.succeeds("rename to b.txt", path);
    steps.equal("its path", &path, &folder.join("b.txt"));
    let read = steps.succeeds("read it", fs::read(&path));
    steps.equal_bytes("its bytes", &read, b"hello");
    steps.step("a draft that has its name asks for another");
    let third = draft.rename(&name(steps, "c.txt")).await;
    steps.holds("an error", third.is_err());
    steps.equal("its path", &draft.path(), &&*path);
    drop(draft);
    let two = until(|| names(steps, folder) == ["a.txt", "b.txt"]);
    two.await;
    let seen = names(steps, folder);
    steps.equal("files", &seen[..], &["a.txt", "b.txt"]);
}

/// A draft removes the file that it made, and no other one.
pub async fn dropped(steps: Steps) {
    let folder = steps.succeeds("a folder", Folder::new());
    let folder = folder.path();
    steps.step("drop a draft that has no name yet");
    drop(draft(&steps, folder).await);
    let gone = until(|| names(&steps, folder) == NONE).await;
    steps.holds("its file is gone", gone);
    steps
        .step("somebody moves the file, and puts another in its place");
    let draft = draft(&steps, folder).await;
    let path = draft.path().to_owned();
    let moved = fs::rename(&path, folder.join("moved"));
    steps.succeeds("move it", moved);
    let other = fs::write(&path, b"somebody's");
    steps.succeeds("write another file", other);
    drop(draft);
    let kept = fs::read(&path);
    let kept = steps.succeeds("the other file is still there", kept);
    steps.equal_bytes("its bytes", &kept, b"somebody's");
    steps.holds("the moved one too", folder.join("moved").exists());
}

/// Nobody waits for the blocking pool any more, and it has not begun
/// yet: what it makes then is for nobody. This runtime's pool has a
/// single thread, so a job that was spawned last is done last.
pub fn given_up(steps: Steps) {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.max_blocking_threads(1).build();
    let runtime = steps.succeeds("a runtime", runtime);
    runtime.block_on(async {
        given_up_at_its_making(&steps).await;
        given_up_at_its_rename(&steps).await;
    });
}

async fn given_up_at_its_making(steps: &Steps) {
    for polls in 1.. {
        let what = format!("drop a draft at its making: {polls} polls");
        steps.step(what);
        let folder = steps.succeeds("a folder", Folder::new());
        let folder = folder.path();
        let making = TemporaryFile::create(folder);
        let made = polled(steps, polls, making).await;
        let on_the_pool = polls > 1 || made.is_none();
        steps.holds("a draft is made on the pool", on_the_pool);
        let seen = names(steps, folder);
        if let Some(made) = made {
            steps.succeeds("a draft", made);
            break;
        }
        steps.equal("files that are left", &seen[..], &NONE);
        steps.at_most("polls of one making", polls, 100);
    }
}

async fn given_up_at_its_rename(steps: &Steps) {
    for polls in 1.. {
        steps.step(format!("drop a rename of a draft: {polls} polls"));
        let folder = steps.succeeds("a folder", Folder::new());
        let folder = folder.path();
        let mut draft = draft(steps, folder).await;
        let name = name(steps, "a.txt");
        let renamed = polled(steps, polls, draft.rename(&name)).await;
        let on_the_pool = polls > 1 || renamed.is_none();
        steps.holds("a draft is renamed on the pool", on_the_pool);
        if let Some(renamed) = renamed {
            steps.succeeds("rename", renamed);
            break;
        }
        drop(draft);
        pool_is_idle(steps).await;
        let seen = names(steps, folder);
        steps.equal("files that are left", &seen[..], &NONE);
        steps.at_most("polls of one rename", polls, 100);
    }
}

/// Polls a future so many times, the last time while the pool is
/// busy, and drops it then; its output if it came to an end. All
/// that it had begun on the pool is done when this returns.
async fn polled<F: Future>(
    steps: &Steps,
    times: usize,
    future: F,
) -> Option<F::Output> {
    let (release, busy) = std::sync::mpsc::channel::<()>();
    let mut busy = Some(busy);
    let mut future = Box::pin(future);
    for time in 1..=times {
        if time == times
            && let Some(busy) = busy.take()
        {
            drop(spawn_blocking(move || busy.recv()));
        }
        let once = |context: &mut Context<'_>| {
            Poll::Ready(future.as_mut().poll(context))
        };
        if let Poll::Ready(output) = poll_fn(once).await {
            drop(release);
            return Some(output);
        }
        if time < times {
            pool_is_idle(steps).await;
        }
    }
    drop(future);
    drop(release);
    pool_is_idle(steps).await;
    None
}

/// Waits until everything on the pool is done, and what that spawns.
async fn pool_is_idle(steps: &Steps) {
    for _ in 0..3 {
        yield_now().await;
        let done = spawn_blocking(|| ()).await;
        steps.succeeds("a job on the pool", done);
    }
}
